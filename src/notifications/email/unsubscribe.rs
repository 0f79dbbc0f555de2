//! Addresses by which people unsubscribe without signing in: whose they are and of what, sealed so that nobody can make another's.

use crate::notifications::Kind;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use uuid::Uuid;

/// Bytes of the seal that an address carries.
const SEAL: usize = 16;
/// What is sealed is for this, and cannot be taken for anything else that the secret may seal one day.
const PURPOSE: &[u8] = b"unsubscribe\0";

fn seal(secret: &SecretString, person: Uuid, kind: &str) -> [u8; SEAL] {
    let mut seal = [0; SEAL];
    // A key of any length will do.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) {
        for part in [PURPOSE, person.as_bytes(), kind.as_bytes()] {
            mac.update(part);
        }
        seal.copy_from_slice(&mac.finalize().into_bytes()[..SEAL]);
    }
    seal
}

/// The last part of an address, of what somebody (by their random number) is told.
pub fn sealed(secret: &SecretString, person: Uuid, kind: Kind) -> String {
    let name = kind.name();
    let seal = seal(secret, person, name);
    let bytes = [person.as_bytes(), &seal[..], name.as_bytes()].concat();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Whose it is and of what, if it was made here.
pub fn opened(secret: &SecretString, token: &str) -> Option<(Uuid, Kind)> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    let (person, rest) = bytes.split_first_chunk::<16>()?;
    let (given, name) = rest.split_first_chunk::<SEAL>()?;
    let (person, name) = (Uuid::from_bytes(*person), std::str::from_utf8(name).ok()?);
    let own = seal(secret, person, name);
    // Compared as a whole, so that nobody learns by the time it takes how much of it is right.
    let differs = own.iter().zip(given).fold(0, |sum, (a, b)| sum | (a ^ b));
    (differs == 0).then_some((person, Kind::named(name)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_whose_it_is_and_can_be_made_by_nobody_else() {
        let secret = SecretString::from("a secret of the clinic's alone, long enough");
        let person = Uuid::from_u128(7);
        let token = sealed(&secret, person, Kind::Notice);
        assert_eq!(opened(&secret, &token), Some((person, Kind::Notice)));
        assert_eq!(opened(&SecretString::from("another"), &token), None);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).expect("text");
            assert!(opened(&secret, &forged).is_none(), "{at}");
        }
        for odd in ["", "x", "AAAA", "ä"] {
            assert!(opened(&secret, odd).is_none(), "{odd}");
        }
    }
}
