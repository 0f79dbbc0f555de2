//! What stands at the head of a thread for the dentist who writes in it, such as what the patient reported. Messages know nothing of
//! it: who is asked, and who is told once there is an answer, is a feature that offers `Heads`.

use crate::{
    accounts::{Act, UserId},
    care::Scope,
    error::Fault,
    feature::Context,
    ui::Reader,
};
use axum::extract::FromRef;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::{future::Future, pin::Pin};

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

/// Who is asked, and who is told.
#[derive(Clone, Copy)]
pub struct Heads {
    pub tell: Teller,
    pub hear: Hearer,
}

/// Nobody has anything to say.
const NOBODY: Heads = Heads {
    tell: |_, _| Box::pin(async { Ok(Vec::new()) }),
    hear: |_, _| Box::pin(async { Ok(()) }),
};

impl FromRef<Context> for Heads {
    fn from_ref(context: &Context) -> Self {
        context.offers.get().copied().unwrap_or(NOBODY)
    }
}

impl Heads {
    pub(super) async fn of(
        self,
        db: &mut PgConnection,
        opened: Opened<'_>,
    ) -> Result<Vec<Head>, Fault> {
        (self.tell)(db, opened).await
    }

    pub(super) async fn written(
        self,
        tx: &mut PgConnection,
        written: Written<'_>,
    ) -> Result<(), sqlx::Error> {
        (self.hear)(tx, written).await
    }
}
