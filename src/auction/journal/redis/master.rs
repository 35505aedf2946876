//! Where the master is: a server of its own, or what Sentinel names as the master at the moment.

use std::collections::BTreeMap;

use futures_util::{FutureExt, future::select_ok};
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo,
    RedisConnectionInfo, RedisResult, TlsCertificates, TlsMode,
    aio::MultiplexedConnection,
    cmd,
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};

use super::unavailable;
use crate::{
    auction::journal::{JournalError, Result},
    limits::REDIS_SENTINELS_MAX,
};

/// The way to the master.
pub(super) enum Master {
    /// At an address that does not change.
    Fixed(Client),
    /// Wherever Sentinel says, asked anew for every connection.
    Named {
        name: String,
        finder: Box<SentinelClient>,
        sentinels: Vec<Client>,
    },
}

/// A replica as Sentinel knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Replica {
    /// A failover may make it the master.
    pub(super) is_promotable: bool,
}

impl Master {
    /// Reads `redis://`, `rediss://` (TLS) and, with `+sentinel` behind either, the addresses of
    /// Sentinels and the name of the master.
    pub(super) fn new(url: &str, certificates: Option<&TlsCertificates>) -> Result<Self> {
        match Named::read(url)? {
            Some(named) => named.master(certificates),
            None => client(url, certificates).map(Self::Fixed),
        }
    }

    pub(super) async fn connect(
        &mut self,
        config: &AsyncConnectionConfig,
    ) -> RedisResult<MultiplexedConnection> {
        let client = match self {
            Self::Fixed(client) => client.clone(),
            Self::Named { finder, .. } => finder.async_get_client().await?,
        };
        client
            .get_multiplexed_async_connection_with_config(config)
            .await
    }

    /// The replicas among which Sentinel chooses the next master; none where there is no Sentinel.
    pub(super) async fn replicas(&self) -> RedisResult<Option<Vec<Replica>>> {
        let Self::Named {
            name, sentinels, ..
        } = self
        else {
            return Ok(None);
        };
        let asked = sentinels
            .iter()
            .map(|one| known_replicas(one, name).boxed());
        let (replicas, _) = select_ok(asked).await?;
        Ok(Some(replicas))
    }
}

async fn known_replicas(sentinel: &Client, name: &str) -> RedisResult<Vec<Replica>> {
    let mut connection = sentinel.get_multiplexed_async_connection().await?;
    let mut command = cmd("SENTINEL");
    command.arg("REPLICAS").arg(name);
    let found: Vec<BTreeMap<String, String>> = command.query_async(&mut connection).await?;
    let replicas = found.iter().map(|replica| Replica {
        is_promotable: replica.get("slave-priority").is_none_or(|one| one != "0"),
    });
    Ok(replicas.collect())
}

fn client(
    address: impl IntoConnectionInfo,
    certificates: Option<&TlsCertificates>,
) -> Result<Client> {
    let client = match certificates {
        Some(certificates) => Client::build_with_tls(address, certificates.clone()),
        None => Client::open(address),
    };
    client.map_err(unfit)
}

/// A URL of Sentinels, in its parts.
struct Named {
    name: String,
    /// User and password at the master.
    login: RedisConnectionInfo,
    /// Each with what it asks of us.
    sentinels: Vec<ConnectionInfo>,
}

impl Named {
    /// `None` for a URL that names no Sentinels.
    fn read(url: &str) -> Result<Option<Self>> {
        let Some((scheme, rest)) = url.split_once("+sentinel://") else {
            return Ok(None);
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, name) = place.split_once('/').unwrap_or((place, ""));
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let name = name.trim_end_matches('/');
        if name.is_empty() || name.contains('/') {
            return Err(JournalError::Refused(
                "The address of Sentinels must end with the name of the master, as in \
                 redis+sentinel://host1:26379,host2:26379,host3:26379/ebok."
                    .to_owned(),
            ));
        }
        let hosts: Vec<_> = hosts.split(',').collect();
        if hosts.len() > REDIS_SENTINELS_MAX {
            return Err(JournalError::Refused(format!(
                "The address names {} Sentinels, more than {REDIS_SENTINELS_MAX}.",
                hosts.len()
            )));
        }
        let first = hosts.first().copied().unwrap_or_default();
        let master = info(&format!("{scheme}://{user}@{first}"))?;
        let login = sentinel_login(query);
        let sentinels = hosts.iter().map(|host| {
            let port = if has_port(host) { "" } else { ":26379" };
            let info = info(&format!("{scheme}://{host}{port}"))?;
            Ok(info.set_redis_settings(login.clone()))
        });
        Ok(Some(Self {
            name: name.to_owned(),
            login: master.redis_settings().clone(),
            sentinels: sentinels.collect::<Result<_>>()?,
        }))
    }

    fn master(self, certificates: Option<&TlsCertificates>) -> Result<Master> {
        let Self {
            name,
            login,
            sentinels,
        } = self;
        let clients = sentinels
            .iter()
            .map(|info| client(info.clone(), certificates));
        let clients: Vec<_> = clients.collect::<Result<_>>()?;
        Ok(Master::Named {
            finder: Box::new(finder(&name, &login, &sentinels, certificates).map_err(unfit)?),
            name,
            sentinels: clients,
        })
    }
}

fn has_port(host: &str) -> bool {
    let behind = host.rsplit_once(']').map_or(host, |(_, behind)| behind);
    behind.contains(':')
}

fn sentinel_login(query: &str) -> RedisConnectionInfo {
    let mut login = RedisConnectionInfo::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        login = match &*name {
            "sentinel-user" => login.set_username(value),
            "sentinel-password" => login.set_password(value),
            _ => login,
        };
    }
    login
}

/// Asks Sentinels for the master, as Redis prescribes: the first that answers, and the server that
/// it names must say itself that it is the master.
fn finder(
    name: &str,
    login: &RedisConnectionInfo,
    sentinels: &[ConnectionInfo],
    certificates: Option<&TlsCertificates>,
) -> RedisResult<SentinelClient> {
    let addresses: Vec<_> = sentinels.iter().map(|one| one.addr().clone()).collect();
    let is_tls = matches!(addresses.first(), Some(ConnectionAddr::TcpTls { .. }));
    let kind = SentinelServerType::Master;
    let mut builder = SentinelClientBuilder::new(addresses, name, kind)?;
    if is_tls {
        builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
    }
    if let Some(certificates) = certificates {
        builder = builder
            .set_client_to_redis_certificates(certificates.clone())
            .set_client_to_sentinel_certificates(certificates.clone());
    }
    if let Some(user) = login.username() {
        builder = builder.set_client_to_redis_username(user);
    }
    if let Some(password) = login.password() {
        builder = builder.set_client_to_redis_password(password);
    }
    let sentinel = sentinels.first().map(ConnectionInfo::redis_settings);
    if let Some(user) = sentinel.and_then(|login| login.username()) {
        builder = builder.set_client_to_sentinel_username(user);
    }
    if let Some(password) = sentinel.and_then(|login| login.password()) {
        builder = builder.set_client_to_sentinel_password(password);
    }
    builder.build()
}

fn info(url: &str) -> Result<ConnectionInfo> {
    url.into_connection_info().map_err(unfit)
}

/// What the operator gave cannot be an address. The URL itself may hold a password.
fn unfit(error: redis::RedisError) -> JournalError {
    match error.kind() {
        redis::ErrorKind::InvalidClientConfig => JournalError::Refused(format!(
            "The address of Redis, or a certificate for it, cannot be used: {error}."
        )),
        _ => unavailable(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_sentinels_is_read_in_its_parts() {
        let url = "rediss+sentinel://ebok:p%40ss@a:1,b,[::1]:3/city\
                   ?sentinel-user=watch&sentinel-password=s%2Fcret";
        let named = Named::read(url).unwrap().unwrap();
        let addresses = named.sentinels.iter().map(|one| one.addr().to_string());
        assert_eq!(addresses.collect::<Vec<_>>(), ["a:1", "b:26379", "::1:3"]);
        assert_eq!(named.name, "city");
        assert_eq!(named.login.username(), Some("ebok"));
        assert_eq!(named.login.password(), Some("p@ss"));
        let sentinel = named.sentinels[2].redis_settings();
        assert_eq!(sentinel.username(), Some("watch"));
        assert_eq!(sentinel.password(), Some("s/cret"));
    }

    #[test]
    fn an_address_that_cannot_be_is_refused_without_repeating_its_password() {
        for url in [
            "redis+sentinel://:secret@a:1",
            "redis+sentinel://:secret@a:1/",
            "redis+sentinel://:secret@a:1/name/9",
            "redis+sentinel://:secret@a:x/name",
            "redis+sentinel://:secret@a,b,c,d,e,f,g,h,i,j/name",
            "other+sentinel://:secret@a:1/name",
            "other://:secret@a/",
        ] {
            let Err(JournalError::Refused(sentence)) = Master::new(url, None) else {
                panic!("{url} was taken");
            };
            assert!(!sentence.contains("secret"), "{sentence}");
        }
        assert!(matches!(Named::read("redis://a/"), Ok(None)));
    }
}
