use super::Action;
use serde_json::Value;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Outcome {
    Done,
    Refused,
}

/// One row to be written. Ids are those of `users`; roles are named as in `user_role`.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What was done to what, as `journey.progress`.
    pub action: &'static str,
    pub outcome: Outcome,
    pub actor: Option<i64>,
    pub actor_role: Option<&'static str>,
    /// Whose record it was, where it was a person's.
    pub subject: Option<i64>,
    /// Which row: its table and id.
    pub object: Option<(&'static str, i64)>,
    pub request: Option<Uuid>,
    /// Identifiers, counts and codes; never names, addresses or text.
    pub detail: Value,
}

impl Entry {
    pub fn new(action: impl Into<Action>) -> Self {
        Self {
            action: action.into().code,
            outcome: Outcome::Done,
            actor: None,
            actor_role: None,
            subject: None,
            object: None,
            request: None,
            detail: Value::Object(serde_json::Map::new()),
        }
    }

    pub fn by(self, actor: i64, role: &'static str) -> Self {
        Self {
            actor: Some(actor),
            actor_role: Some(role),
            ..self
        }
    }

    pub fn refused(self) -> Self {
        Self {
            outcome: Outcome::Refused,
            ..self
        }
    }

    pub fn about(self, subject: i64) -> Self {
        Self {
            subject: Some(subject),
            ..self
        }
    }

    pub fn on(self, table: &'static str, id: impl Into<i64>) -> Self {
        Self {
            object: Some((table, id.into())),
            ..self
        }
    }

    pub fn during(self, request: Option<Uuid>) -> Self {
        Self { request, ..self }
    }

    pub fn detail(self, detail: Value) -> Self {
        Self { detail, ..self }
    }
}
