//! Hashing and checking of passwords with argon2id, on threads of their own with low priority: a
//! storm of log-ins must not stall bids.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use auction_rules::Words;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Threads that hash. One leaves the other cores to the auctions.
pub const THREADS: usize = 1;
/// Passwords that wait: at some 30 ms each, about four seconds.
pub const QUEUE_MAX: usize = 128;
/// When to ask again after the queue was full.
pub const QUEUE_RETRY: Duration = Duration::from_secs(3);
/// The shortest password that people choose, in characters.
pub const CHARS_MIN: usize = 12;
/// The longest password, in characters.
pub const CHARS_MAX: usize = 128;
/// Added to the niceness of the threads.
const NICENESS: i32 = 10;

/// How hard hashing is.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
}

impl Effort {
    /// What OWASP recommends for argon2id.
    pub const OWASP: Self = Self {
        memory_kib: 19_456,
        passes: 2,
    };
    /// For tests only.
    pub const LOW: Self = Self {
        memory_kib: 64,
        passes: 1,
    };
}

/// Why a password was not hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The queue is full.
    #[error("the queue of passwords is full")]
    Busy,
}

type Job = Box<dyn FnOnce(&Argon2<'_>) + Send>;

/// The threads that hash and their queue.
pub struct Passwords {
    queue: SyncSender<Job>,
    /// A hash that no password fits, so that an unknown log-in takes as long as a known one.
    nobody: String,
}

impl Passwords {
    /// Starts the threads. They end when this is dropped and the queue is empty.
    ///
    /// # Errors
    /// When a thread cannot be started or the effort is no valid one.
    pub fn start(effort: Effort) -> Result<Self, std::io::Error> {
        let params = Params::new(effort.memory_kib, effort.passes, 1, None)
            .map_err(|error| std::io::Error::other(error.to_string()))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon, &super::secrets::token());
        let (queue, jobs) = sync_channel::<Job>(QUEUE_MAX);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..THREADS {
            let (argon, jobs) = (argon.clone(), Arc::clone(&jobs));
            std::thread::Builder::new()
                .name("passwords".to_owned())
                .spawn(move || work(&argon, &jobs))?;
        }
        Ok(Self { queue, nobody })
    }

    /// Hashes a password, to be stored.
    ///
    /// # Errors
    /// When the queue is full.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.run(move |argon| hash(argon, &password)).await
    }

    /// Whether the password fits the hash. Without a hash it never does, after the same time.
    ///
    /// # Errors
    /// When the queue is full.
    pub async fn fits(&self, password: String, hash: Option<&str>) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let fits = self.run(move |argon| fits(argon, &password, &hash)).await?;
        Ok(known && fits)
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Argon2<'_>) -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |argon| {
            // Nobody waits any more when the caller has gone: then the work is not done either.
            if !answer.is_closed() {
                answer.send(job(argon)).ok();
            }
        });
        self.queue.try_send(job).map_err(|_| PasswordError::Busy)?;
        answered.await.map_err(|_| PasswordError::Busy)
    }
}

/// Why somebody may not choose this password; none when they may.
#[must_use]
pub fn weakness(login: &str, password: &str) -> Option<Words> {
    let length = password.chars().count();
    if length < CHARS_MIN {
        return Some(Words::new(
            format!("Hasło musi mieć co najmniej {CHARS_MIN} znaków."),
            format!("The password must have at least {CHARS_MIN} characters."),
        ));
    }
    if length > CHARS_MAX {
        return Some(Words::new(
            format!("Hasło może mieć najwyżej {CHARS_MAX} znaków."),
            format!("The password may have at most {CHARS_MAX} characters."),
        ));
    }
    let monotonous = password.chars().all(|c| password.starts_with(c));
    if monotonous || password.eq_ignore_ascii_case(login) {
        return Some(Words::new(
            "To hasło łatwo odgadnąć. Wybierz inne.",
            "This password is easily guessed. Choose another.",
        ));
    }
    None
}

fn work(argon: &Argon2<'_>, jobs: &Mutex<Receiver<Job>>) {
    // On Linux this is about the calling thread alone.
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::warn!(%error, "passwords are checked at normal priority");
    }
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(argon),
            Err(_) => return,
        }
    }
}

fn hash(argon: &Argon2<'_>, password: &str) -> String {
    use rand::RngCore;
    let mut salt = [0; 16];
    rand::rng().fill_bytes(&mut salt);
    // Sixteen bytes of salt and a password within its bounds are what argon2 takes.
    let salt = SaltString::encode_b64(&salt).expect("16 bytes are a salt");
    let hash = argon.hash_password(password.as_bytes(), &salt);
    hash.expect("a password within its bounds has a hash")
        .to_string()
}

fn fits(argon: &Argon2<'_>, password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| argon.verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let passwords = Passwords::start(Effort::LOW).unwrap();
        let hash = passwords.hash("długie hasło".to_owned()).await.unwrap();
        assert!(
            passwords
                .fits("długie hasło".to_owned(), Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .fits("inne hasło".to_owned(), Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .fits("długie hasło".to_owned(), None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn a_full_queue_says_so_at_once() {
        let passwords = Passwords::start(Effort::LOW).unwrap();
        let (release, held) = std::sync::mpsc::sync_channel::<()>(0);
        let stuck: Job = Box::new(move |_| {
            held.recv().ok();
        });
        passwords.queue.send(stuck).unwrap();
        let mut filled = 0;
        while passwords.queue.try_send(Box::new(|_| {})).is_ok() {
            filled += 1;
        }
        assert!(filled >= QUEUE_MAX - 1);
        assert!(matches!(
            passwords.hash(String::new()).await,
            Err(PasswordError::Busy)
        ));
        drop(release);
    }

    #[test]
    fn weak_passwords_are_named() {
        for (password, weak) in [
            ("krótkie", true),
            ("aaaaaaaaaaaaaaaa", true),
            ("Bidder-Login", true),
            ("dwanaście znaków", false),
            (&"ż".repeat(CHARS_MAX + 1), true),
        ] {
            assert_eq!(
                weakness("bidder-login", password).is_some(),
                weak,
                "{password}"
            );
        }
    }
}
