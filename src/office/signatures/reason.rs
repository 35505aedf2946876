//! Verdicts and their reasons (EN 319 102-1, 5.1.3), as codes with sentences.

use auction_rules::Words;
use serde::{Deserialize, Serialize};

/// What the check of a signature came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Verdict {
    /// Nothing was changed, and who signed is known.
    TotalPassed,
    /// It cannot be told without a person.
    Indeterminate,
    /// Something was changed, or it is no signature.
    TotalFailed,
}

impl Verdict {
    /// Its name in the standard.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TotalPassed => "TOTAL-PASSED",
            Self::Indeterminate => "INDETERMINATE",
            Self::TotalFailed => "TOTAL-FAILED",
        }
    }

    /// The verdict of a name.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        [Self::TotalPassed, Self::Indeterminate, Self::TotalFailed]
            .into_iter()
            .find(|one| one.code() == code)
    }
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// It cannot be read as a signature.
    FormatFailure,
    /// The signed bytes are others.
    HashFailure,
    /// The signature is not by the certificate's key.
    SigCryptoFailure,
    /// It was made after the certificate had been revoked, as the signer's own time says.
    Revoked,
    /// It lacks a property that binds it, or holds one that was not signed.
    SigConstraintsFailure,
    /// The signer's certificate is not there, or is another than the signature says.
    NoSigningCertificateFound,
    /// The certificate leads to no anchor.
    NoCertificateChainFound,
    /// A certificate on the way may not be used so.
    ChainConstraintsFailure,
    /// An algorithm or a key is too weak or not known.
    CryptoConstraintsFailure,
    /// A certificate was no longer valid when the letter came in.
    OutOfBoundsNoPoe,
    /// A certificate was not yet valid when the letter came in.
    NotYetValid,
    /// The certificate had been revoked when the letter came in.
    RevokedNoPoe,
    /// A certificate above it had been.
    RevokedCaNoPoe,
    /// Nothing is known of revocations.
    TryLater,
    /// What is signed is not there.
    SignedDataNotFound,
    /// Only a part of the file is signed.
    PartlySigned,
    /// Something was added after it was signed.
    ChangedAfterSigning,
    /// It is written in a way that is not checked here.
    NotSupported,
    /// It is larger or more nested than is checked.
    LimitExceeded,
    /// Its time stamp was not checked, and not needed.
    TimeStampNotChecked,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 20] = [
        Self::FormatFailure,
        Self::HashFailure,
        Self::SigCryptoFailure,
        Self::Revoked,
        Self::SigConstraintsFailure,
        Self::NoSigningCertificateFound,
        Self::NoCertificateChainFound,
        Self::ChainConstraintsFailure,
        Self::CryptoConstraintsFailure,
        Self::OutOfBoundsNoPoe,
        Self::NotYetValid,
        Self::RevokedNoPoe,
        Self::RevokedCaNoPoe,
        Self::TryLater,
        Self::SignedDataNotFound,
        Self::PartlySigned,
        Self::ChangedAfterSigning,
        Self::NotSupported,
        Self::LimitExceeded,
        Self::TimeStampNotChecked,
    ];

    /// The best verdict that is left with it.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::FormatFailure | Self::HashFailure | Self::SigCryptoFailure | Self::Revoked => {
                Verdict::TotalFailed
            }
            Self::TimeStampNotChecked => Verdict::TotalPassed,
            _ => Verdict::Indeterminate,
        }
    }

    /// Its code, as in the standard where it has one there.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FormatFailure => "FORMAT_FAILURE",
            Self::HashFailure => "HASH_FAILURE",
            Self::SigCryptoFailure => "SIG_CRYPTO_FAILURE",
            Self::Revoked => "REVOKED",
            Self::SigConstraintsFailure => "SIG_CONSTRAINTS_FAILURE",
            Self::NoSigningCertificateFound => "NO_SIGNING_CERTIFICATE_FOUND",
            Self::NoCertificateChainFound => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::ChainConstraintsFailure => "CHAIN_CONSTRAINTS_FAILURE",
            Self::CryptoConstraintsFailure => "CRYPTO_CONSTRAINTS_FAILURE",
            Self::OutOfBoundsNoPoe => "OUT_OF_BOUNDS_NO_POE",
            Self::NotYetValid => "NOT_YET_VALID",
            Self::RevokedNoPoe => "REVOKED_NO_POE",
            Self::RevokedCaNoPoe => "REVOKED_CA_NO_POE",
            Self::TryLater => "TRY_LATER",
            Self::SignedDataNotFound => "SIGNED_DATA_NOT_FOUND",
            Self::PartlySigned => "PARTLY_SIGNED",
            Self::ChangedAfterSigning => "CHANGED_AFTER_SIGNING",
            Self::NotSupported => "NOT_SUPPORTED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::TimeStampNotChecked => "TIME_STAMP_NOT_CHECKED",
        }
    }

    /// The sentence.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "a flat table")]
    pub fn words(self) -> Words {
        let (pl, en) = match self {
            Self::FormatFailure => (
                "Podpisu nie da się odczytać: jest uszkodzony.",
                "The signature cannot be read: it is damaged.",
            ),
            Self::HashFailure => (
                "Treść zmieniono po podpisaniu.",
                "The content was changed after it was signed.",
            ),
            Self::SigCryptoFailure => (
                "Podpis nie pasuje do certyfikatu: zmieniono go albo złożono innym kluczem.",
                "The signature does not match the certificate: it was changed, or made with another key.",
            ),
            Self::Revoked => (
                "Podpisano po unieważnieniu certyfikatu.",
                "It was signed after the certificate had been revoked.",
            ),
            Self::SigConstraintsFailure => (
                "W podpisie brakuje danych, które wiążą go z certyfikatem i treścią.",
                "The signature lacks what binds it to the certificate and the content.",
            ),
            Self::NoSigningCertificateFound => (
                "Nie ma certyfikatu podpisującego albo jest inny, niż wskazuje podpis.",
                "The signer's certificate is missing, or is another than the signature names.",
            ),
            Self::NoCertificateChainFound => (
                "Certyfikatu nie wydał nikt z listy zaufanych wystawców urzędu.",
                "The certificate was issued by nobody on the office's list of trusted issuers.",
            ),
            Self::ChainConstraintsFailure => (
                "Certyfikat albo certyfikat wystawcy nie jest przeznaczony do tego użycia.",
                "The certificate, or its issuer's, is not meant for this use.",
            ),
            Self::CryptoConstraintsFailure => (
                "Podpis używa algorytmu albo klucza, który jest za słaby lub nieznany (na przykład SHA-1).",
                "The signature uses an algorithm or a key that is too weak or not known (SHA-1, for one).",
            ),
            Self::OutOfBoundsNoPoe => (
                "Certyfikat był już nieważny, gdy pismo wpłynęło. Nie wiadomo, czy podpisano wcześniej.",
                "The certificate had expired when the letter came in. Whether it was signed before is not known.",
            ),
            Self::NotYetValid => (
                "Certyfikat nie był jeszcze ważny, gdy pismo wpłynęło.",
                "The certificate was not yet valid when the letter came in.",
            ),
            Self::RevokedNoPoe => (
                "Certyfikat był unieważniony, gdy pismo wpłynęło. Nie wiadomo, czy podpisano wcześniej.",
                "The certificate had been revoked when the letter came in. Whether it was signed before is not known.",
            ),
            Self::RevokedCaNoPoe => (
                "Certyfikat wystawcy był unieważniony, gdy pismo wpłynęło.",
                "The issuer's certificate had been revoked when the letter came in.",
            ),
            Self::TryLater => (
                "Nie sprawdzono, czy certyfikatu nie unieważniono: urząd nie ma aktualnej listy jego wystawcy.",
                "Whether the certificate was revoked was not checked: the office has no current list of its issuer.",
            ),
            Self::SignedDataNotFound => (
                "Przy podpisie nie ma pliku, który podpisano.",
                "The file that was signed is not with the signature.",
            ),
            Self::PartlySigned => (
                "Podpisano tylko część pliku.",
                "Only a part of the file is signed.",
            ),
            Self::ChangedAfterSigning => (
                "Po podpisaniu coś do pliku dodano. To, co widać, może być inne niż to, co podpisano.",
                "Something was added to the file after it was signed. What is shown may differ from what was signed.",
            ),
            Self::NotSupported => (
                "Podpis zapisano w sposób, którego tu nie sprawdzamy.",
                "The signature is written in a way that is not checked here.",
            ),
            Self::LimitExceeded => (
                "Podpis jest zbyt rozbudowany, żeby sprawdzić go automatycznie.",
                "The signature is too large or too nested to be checked automatically.",
            ),
            Self::TimeStampNotChecked => (
                "Znacznika czasu w podpisie nie sprawdzano: liczy się chwila wpływu pisma.",
                "The signature's time stamp was not checked: what counts is when the letter came in.",
            ),
        };
        Words::new(pl, en)
    }
}
