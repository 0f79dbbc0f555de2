//! The OpenID provider: `oidc-provider` on Node, laid out like Cognito (`provider/server.mjs`).

use super::{Failure, people::Account, secret};
use std::{fs, path::Path, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

pub const CLIENT_ID: &str = "midline";

pub struct Provider {
    pub issuer: String,
    pub client_secret: String,
    child: Child,
}

pub async fn start(
    data: &Path,
    port: u16,
    public_url: &str,
    people: &[Account],
    faults: bool,
) -> Result<Provider, Failure> {
    let issuer = format!("http://127.0.0.1:{port}");
    let client_secret = secret(data, "client-secret")?;
    let file = data.join("people.json");
    fs::write(&file, serde_json::to_vec_pretty(people)?)?;
    let mut child = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/provider/server.mjs"))
        .env("PORT", port.to_string())
        .env("ISSUER", &issuer)
        .env("CLIENT_ID", CLIENT_ID)
        .env("CLIENT_SECRET", &client_secret)
        .env("REDIRECT_URI", format!("{public_url}/sign-in/callback"))
        .env("LOGOUT_URI", format!("{public_url}/signed-out"))
        .env("PEOPLE", &file)
        .env("KEYS", data.join("provider-keys.json"))
        // It ends when this process does, however that ends: its standard input closes.
        .env("PARENT_STDIN", "1")
        .env("FAULTS", if faults { "1" } else { "" })
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Ctrl-C reaches the whole group; the portal stops first and then stops this.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the sign-in provider did not start ({error}): is Node.js installed? `make setup` sees to it"))?;
    let mut lines = BufReader::new(
        child
            .stdout
            .take()
            .ok_or("no output of the sign-in provider")?,
    )
    .lines();
    let ready = tokio::time::timeout(Duration::from_secs(30), async {
        while let Some(line) = lines.next_line().await? {
            if line.starts_with("ready ") {
                return Ok::<_, std::io::Error>(true);
            }
        }
        Ok(false)
    });
    if !matches!(ready.await, Ok(Ok(true))) {
        return Err(
            "the sign-in provider did not start: run `make setup`, it installs what it needs"
                .into(),
        );
    }
    Ok(Provider {
        issuer,
        client_secret,
        child,
    })
}

impl Provider {
    pub async fn stop(&mut self) {
        drop(self.child.stdin.take());
        if tokio::time::timeout(Duration::from_secs(5), self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.kill().await;
        }
    }
}
