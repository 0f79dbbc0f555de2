//! The variables of the environment, as `docs/OPERATIONS.md` has them: `midline docs` writes them there.

use std::fmt::Write as _;

/// One variable, or several that belong together.
pub struct Variable {
    pub names: &'static [&'static str],
    pub meaning: &'static str,
    /// What counts if it is not set.
    pub default: &'static str,
}

/// AWS credentials and region may also come from the machine's role. What the server listens on and where its assets are stands in
/// `Leptos.toml`, unless the environment says otherwise.
pub const VARIABLES: &[Variable] = &[
    Variable {
        names: &["DATABASE_URL"],
        meaning: "PostgreSQL, as a user that is a member of `midline_app`; for `migrate`, as the owner",
        default: "required",
    },
    Variable {
        names: &["DATABASE_UNCHECKED"],
        meaning: "a database on another machine has to be reached with `sslmode=verify-full` (and `sslrootcert`, if its authority is your own); `true` lets go of that, and anybody between can read along",
        default: "`false`",
    },
    Variable {
        names: &["DATABASE_MAX_CONNECTIONS"],
        meaning: "size of the pool, 3–1000: one of these listens for what is told; a process that dispatches opens three more beside it",
        default: "10",
    },
    Variable {
        names: &["PUBLIC_URL"],
        meaning: "where browsers find Midline: scheme and host, no path; https, except on a loopback address",
        default: "required",
    },
    Variable {
        names: &["CLINIC_TELEPHONE"],
        meaning: "where patients reach the clinic itself, as `+49 30 1234567`: shown wherever somebody has no practice to call, before signing in, and on the pages of faults",
        default: "required",
    },
    Variable {
        names: &["OIDC_ISSUER_URL"],
        meaning: "the OpenID provider; for Cognito the user pool's address, not the sign-in page's",
        default: "required",
    },
    Variable {
        names: &["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"],
        meaning: "its client",
        default: "required",
    },
    Variable {
        names: &["OIDC_ROLE_GROUPS"],
        meaning: "which groups give which role: `role=group`, comma separated",
        default: "`patient=patients,dentist=dentists,staff=staff,admin=admins`",
    },
    Variable {
        names: &["OPEN_REGISTRATION"],
        meaning: "whether somebody unknown who signs in gets a patient's account: `true` or `false`",
        default: "`true`",
    },
    Variable {
        names: &["SESSION_IDLE_HOURS"],
        meaning: "how long a session lasts unused, 1–8760",
        default: "168",
    },
    Variable {
        names: &["SESSION_ABSOLUTE_HOURS"],
        meaning: "how long it lasts at most, 1–8760",
        default: "720",
    },
    Variable {
        names: &["S3_BUCKET"],
        meaning: "the bucket of the photos",
        default: "required",
    },
    Variable {
        names: &["S3_ENDPOINT_URL"],
        meaning: "another S3 server than AWS; addressed in path style",
        default: "AWS",
    },
    Variable {
        names: &[
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ],
        meaning: "keys: the first two, or neither",
        default: "the machine's role",
    },
    Variable {
        names: &["AWS_REGION"],
        meaning: "region",
        default: "as AWS tools find it",
    },
    Variable {
        names: &["PHOTOS_DIRECT"],
        meaning: "browsers put photos straight into the store: `true` or `false`",
        default: "`false`",
    },
    Variable {
        names: &["PHOTOS_REDIRECT"],
        meaning: "a photo is answered with an address of the store, good for a minute, instead of its bytes",
        default: "`false`",
    },
    Variable {
        names: &["WITHOUT_WORKER"],
        meaning: "as `--without-worker`",
        default: "`false`",
    },
    Variable {
        names: &["ONESIGNAL_APP_ID", "ONESIGNAL_API_KEY"],
        meaning: "the push provider; it knows people's browsers, which sign in at `/settings/device`, by `users.push_id`, as `external_id`",
        default: "required",
    },
    Variable {
        names: &["ONESIGNAL_RATE"],
        meaning: "requests a second that a process makes; the free plan takes 150 of all processes together",
        default: "140",
    },
    Variable {
        names: &["ONESIGNAL_TIMEOUT_SECONDS"],
        meaning: "how long an answer may take",
        default: "10",
    },
    Variable {
        names: &["DISPATCH_LEASE_SECONDS"],
        meaning: "after how long what a dispatcher took and did not settle is another's; at least three time-outs of each channel",
        default: "30",
    },
    Variable {
        names: &["ONESIGNAL_API_URL"],
        meaning: "another address of its API",
        default: "`https://api.onesignal.com`",
    },
    Variable {
        names: &["ONESIGNAL_SDK_URL"],
        meaning: "another address of its script for browsers, with a slash at the end",
        default: "`https://cdn.onesignal.com/sdks/web/v16/`",
    },
    Variable {
        names: &["SMTP_URL"],
        meaning: "the mail server: `smtps://host:465` (TLS from the first byte on) or `smtp://host:587` (STARTTLS, without which nothing is sent; a loopback address does without)",
        default: "no e-mail",
    },
    Variable {
        names: &["SMTP_USERNAME", "SMTP_PASSWORD"],
        meaning: "who signs in there: both, or neither",
        default: "nobody",
    },
    Variable {
        names: &["SMTP_FROM"],
        meaning: "whom mail comes from, as `Midline <reminders@clinic.example>`",
        default: "required with `SMTP_URL`",
    },
    Variable {
        names: &["SMTP_RATE"],
        meaning: "mails a second of a process",
        default: "10",
    },
    Variable {
        names: &["SMTP_TIMEOUT_SECONDS"],
        meaning: "how long handing one over may take",
        default: "10",
    },
    Variable {
        names: &["EMAIL_SECRET"],
        meaning: "at least 32 characters; seals the addresses by which people unsubscribe. Once changed, those in older mails answer 404",
        default: "required with `SMTP_URL`",
    },
    Variable {
        names: &["EMAIL_BOUNCE_SECRET"],
        meaning: "at least 32 characters; who knows it may say at `/hooks/bounces` which address takes nothing",
        default: "nobody may",
    },
    Variable {
        names: &["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
        meaning: "the account that sends text messages",
        default: "no text messages",
    },
    Variable {
        names: &["TWILIO_FROM"],
        meaning: "the number they come from, or a messaging service's SID (`MG…`)",
        default: "required with the account",
    },
    Variable {
        names: &["TWILIO_RATE"],
        meaning: "requests a second of a process",
        default: "10",
    },
    Variable {
        names: &["TWILIO_TIMEOUT_SECONDS"],
        meaning: "how long an answer may take",
        default: "10",
    },
    Variable {
        names: &["TWILIO_API_URL"],
        meaning: "another address of its API",
        default: "`https://api.twilio.com/`",
    },
    Variable {
        names: &["METRICS_ADDR"],
        meaning: "where figures for Prometheus are served under `/metrics`, as `127.0.0.1:9464`; no sign-in, so for the network that looks after the servers alone",
        default: "nowhere",
    },
    Variable {
        names: &["LEPTOS_SITE_ADDR", "LEPTOS_SITE_ROOT"],
        meaning: "what to listen on, and where the site is",
        default: "`Leptos.toml`",
    },
    Variable {
        names: &["RUST_LOG"],
        meaning: "what is logged",
        default: "`info`, libraries quieter",
    },
];

/// All of them, as a table in Markdown.
pub fn table() -> String {
    let mut text = "| variable | meaning | default |\n|---|---|---|\n".to_owned();
    for variable in VARIABLES {
        let names: Vec<String> = variable
            .names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            names.join(", "),
            variable.meaning,
            variable.default
        );
    }
    text
}
