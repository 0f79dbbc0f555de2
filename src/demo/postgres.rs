//! A private PostgreSQL cluster.

use super::{Failure, private_file, secret};
use crate::platform::database;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    fs::{self, DirBuilder},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use tokio::process::Child;

const DATABASE: &str = "midline";
/// Owns the schema, and migrates it.
const OWNER: &str = "midline_owner";
/// What the portal signs in as: a member of `midline_app`, owner of nothing.
const SERVER: &str = "midline_server";

pub struct Postgres {
    port: u16,
    password: String,
    programs: Programs,
    folder: PathBuf,
    child: Child,
}

/// Where PostgreSQL's programs are, and whom they run as: its server refuses to run as root.
#[derive(Clone)]
struct Programs {
    bin: PathBuf,
    user: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Result<Self, Failure> {
        let missing = "PostgreSQL is not installed: run `make setup`, it installs it";
        let found = Command::new("pg_ctl")
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let bin = if found.is_ok_and(|status| status.success()) {
            PathBuf::new()
        } else {
            // Debian keeps them out of PATH.
            let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
                .map_err(|_| missing)?
                .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
                .filter(|bin| bin.join("postgres").exists())
                .collect();
            versions.sort();
            versions.pop().ok_or(missing)?
        };
        let user = if id("-u", None)? == 0 {
            Some((
                id("-u", Some("postgres")).map_err(|_| missing)?,
                id("-g", Some("postgres")).map_err(|_| missing)?,
            ))
        } else {
            None
        };
        Ok(Self { bin, user })
    }

    /// A command that ends with this process, as the user that may run it.
    fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Some((user, group)) = self.user {
            command.args([
                format!("--reuid={user}"),
                format!("--regid={group}"),
                "--clear-groups".to_owned(),
            ]);
        }
        command.arg(path);
        command
    }

    fn own(&self, path: &Path) -> std::io::Result<()> {
        match self.user {
            Some((user, group)) => chown(path, Some(user), Some(group)),
            None => Ok(()),
        }
    }
}

fn id(flag: &str, user: Option<&str>) -> Result<u32, Failure> {
    let output = Command::new("id").arg(flag).args(user).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Starts the cluster in the data folder, made anew if there is none or only half of one.
///
/// `buffers`: how much of it stays in memory, as PostgreSQL says it (`64MB`).
pub async fn start(data: &Path, port: u16, buffers: &str) -> Result<Postgres, Failure> {
    let programs = Programs::find()?;
    let password = secret(data, "database-secret")?;
    let folder = cluster_folder(data, &programs)?;
    if !folder.join("midline-ready").exists() {
        initialise(&folder, data, &programs, &password)?;
    }
    stop_leftover(&folder, &programs)?;
    let log = fs::File::create(data.join("postgres.log"))?;
    let mut command = programs.command("postgres");
    command
        .arg("-D")
        .arg(&folder)
        .args(["-p", &port.to_string()])
        .args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
        ])
        .args(["-c", "max_connections=200"])
        .args(["-c", &format!("shared_buffers={buffers}")])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .current_dir("/");
    let child = tokio::process::Command::from(command)
        .process_group(0)
        .spawn()?;
    let mut postgres = Postgres {
        port,
        password,
        programs,
        folder,
        child,
    };
    postgres.wait_until_ready(data).await?;
    postgres.prepare().await?;
    Ok(postgres)
}

/// The cluster stands in the data folder, unless its user cannot reach that (a checkout below root's
/// home): then beside the system's temporary files, under a name that belongs to this data folder.
fn cluster_folder(data: &Path, programs: &Programs) -> Result<PathBuf, Failure> {
    let folder = data.join("postgres");
    fs::create_dir_all(&folder)?;
    programs.own(&folder)?;
    let reachable = programs.user.is_none()
        || programs
            .command_plain("test")
            .arg("-w")
            .arg(&folder)
            .status()
            .is_ok_and(|status| status.success());
    if reachable {
        return Ok(folder);
    }
    fs::remove_dir(&folder).or_else(|_| fs::remove_dir_all(&folder))?;
    let name: String = data
        .to_string_lossy()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let folder = Path::new("/var/tmp").join(format!("midline{name}"));
    // Everybody can write to that place: one that somebody else made is not taken.
    match DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
        _ => {}
    }
    let found = fs::symlink_metadata(&folder)?;
    let owners = [0, programs.user.map_or(0, |(user, _)| user)];
    if !found.is_dir() || !owners.contains(&found.uid()) {
        return Err(format!("{} belongs to somebody else: remove it", folder.display()).into());
    }
    programs.own(&folder)?;
    fs::write(
        data.join("postgres-folder"),
        folder.to_string_lossy().as_bytes(),
    )?;
    Ok(folder)
}

impl Programs {
    /// A program of the system's own, as the cluster's user.
    fn command_plain(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        if let Some((user, group)) = self.user {
            command.args([
                format!("--reuid={user}"),
                format!("--regid={group}"),
                "--clear-groups".to_owned(),
            ]);
        }
        command.arg(program);
        command
    }
}

fn initialise(
    folder: &Path,
    data: &Path,
    programs: &Programs,
    password: &str,
) -> Result<(), Failure> {
    // What an earlier start left half done is of no use to anybody.
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            fs::remove_dir_all(path)?
        } else {
            fs::remove_file(path)?
        }
    }
    let password_file = folder.with_extension("password");
    private_file(&password_file)?.write_all(password.as_bytes())?;
    programs.own(&password_file)?;
    let output = programs
        .command("initdb")
        .arg("-D")
        .arg(folder)
        .args([
            "-U",
            OWNER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--auth=scram-sha-256",
            "--no-sync",
        ])
        .arg(format!("--pwfile={}", password_file.display()))
        .current_dir("/")
        .output()?;
    fs::remove_file(&password_file)?;
    if !output.status.success() {
        fs::write(data.join("postgres.log"), &output.stderr)?;
        return Err(
            "PostgreSQL could not set up its files: see postgres.log in the data folder".into(),
        );
    }
    fs::write(folder.join("midline-ready"), "")?;
    Ok(())
}

/// A run that was killed may have left its server behind.
fn stop_leftover(folder: &Path, programs: &Programs) -> Result<(), Failure> {
    let pid_file = folder.join("postmaster.pid");
    if !pid_file.exists() {
        return Ok(());
    }
    let stopped = programs
        .command("pg_ctl")
        .args(["stop", "-m", "fast", "-t", "30", "-s", "-D"])
        .arg(folder)
        .current_dir("/")
        .stderr(Stdio::null())
        .status()?;
    // Not running: the file alone was left, and the server clears it away itself.
    let _ = stopped;
    Ok(())
}

impl Postgres {
    fn url(&self, user: &str, database: &str) -> String {
        format!(
            "postgres://{user}:{}@127.0.0.1:{}/{database}?sslmode=disable",
            self.password, self.port
        )
    }

    pub fn owner_url(&self) -> String {
        self.url(OWNER, DATABASE)
    }

    pub fn server_url(&self) -> String {
        self.url(SERVER, DATABASE)
    }

    async fn wait_until_ready(&mut self, data: &Path) -> Result<(), Failure> {
        for _ in 0..300 {
            if PgConnection::connect(&self.url(OWNER, "postgres"))
                .await
                .is_ok()
            {
                return Ok(());
            }
            if self.child.try_wait()?.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(format!(
            "PostgreSQL did not start: see {}; `make reset` starts afresh",
            data.join("postgres.log").display()
        )
        .into())
    }

    /// The database and the portal's user, if they are not there yet.
    async fn prepare(&self) -> Result<(), Failure> {
        let mut db = PgConnection::connect(&self.url(OWNER, "postgres")).await?;
        let exists: bool =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(DATABASE)
                .fetch_one(&mut db)
                .await?;
        if !exists {
            sqlx::query(AssertSqlSafe(format!("create database {DATABASE}")))
                .execute(&mut db)
                .await?;
        }
        Ok(())
    }

    /// Brings the schema up to date, and lets the portal's user in.
    pub async fn migrate(&self) -> Result<(), Failure> {
        let mut db = PgConnection::connect(&self.owner_url()).await?;
        database::MIGRATIONS.run(&mut db).await?;
        let exists: bool =
            sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
                .bind(SERVER)
                .fetch_one(&mut db)
                .await?;
        if !exists {
            // The password is 32 hexadecimal digits of our own.
            sqlx::query(AssertSqlSafe(format!(
                "create role {SERVER} login password '{}' in role midline_app",
                self.password
            )))
            .execute(&mut db)
            .await?;
        }
        Ok(())
    }

    /// Stops at once, as when the power fails: nothing is finished, nobody is told.
    pub async fn crash(mut self) {
        let _ = self.child.kill().await;
        let _ = self
            .programs
            .command("pg_ctl")
            .args(["stop", "-m", "immediate", "-t", "20", "-s", "-D"])
            .arg(&self.folder)
            .current_dir("/")
            .status();
    }

    pub async fn stop(mut self) {
        let _ = self
            .programs
            .command("pg_ctl")
            .args(["stop", "-m", "fast", "-t", "20", "-s", "-D"])
            .arg(&self.folder)
            .current_dir("/")
            .status();
        if tokio::time::timeout(Duration::from_secs(10), self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.kill().await;
        }
    }
}
