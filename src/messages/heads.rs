//! What stands at the head of a thread for the dentist who writes in it, such as what the patient reported. Messages know nothing of
//! it: the application says at its start who is asked, and who is told once there is an answer.

use crate::{
    accounts::{Act, UserId},
    care::Scope,
    error::Fault,
    ui::Reader,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::{future::Future, pin::Pin, sync::OnceLock};

/// Whose thread is opened, and by whom.
#[derive(Clone, Copy)]
pub struct Opened<'a> {
    pub reader: &'a Reader,
    pub act: &'a Act,
    pub scope: Scope,
    pub patient: UserId,
}

/// One thing at the head.
#[derive(Clone)]
pub struct Head {
    /// Its number, if nobody has seen it before.
    pub new: Option<i64>,
    pub words: String,
    pub note: Option<String>,
    /// Where it is answered, and what the way there is called.
    pub link: (String, String),
}

/// What was there when a dentist wrote to a patient.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    pub act: &'a Act,
    pub patient: UserId,
    /// What stood at the head and nobody had seen.
    pub heads: &'a [i64],
    pub now: DateTime<Utc>,
}

pub type Doing<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;
/// Asks for what stands at the head of a thread.
pub type Teller = for<'a> fn(&'a mut PgConnection, Opened<'a>) -> Doing<'a, Vec<Head>, Fault>;
/// Hears, in the transaction of a message, over what it was written.
pub type Hearer = for<'a> fn(&'a mut PgConnection, Written<'a>) -> Doing<'a, (), sqlx::Error>;

static ASKED: OnceLock<(Teller, Hearer)> = OnceLock::new();

/// Makes these what is asked and told. The first call counts.
pub fn install(teller: Teller, hearer: Hearer) {
    let _ = ASKED.set((teller, hearer));
}

pub(super) async fn of(db: &mut PgConnection, opened: Opened<'_>) -> Result<Vec<Head>, Fault> {
    match ASKED.get() {
        Some((tell, _)) => tell(db, opened).await,
        None => Ok(Vec::new()),
    }
}

pub(super) async fn written(
    tx: &mut PgConnection,
    written: Written<'_>,
) -> Result<(), sqlx::Error> {
    match ASKED.get().filter(|_| !written.heads.is_empty()) {
        Some((_, hear)) => hear(tx, written).await,
        None => Ok(()),
    }
}
