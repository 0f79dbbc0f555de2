//! An S3 server on a folder.

use super::Failure;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::{fs, net::Ipv4Addr, path::Path};
use tokio::{net::TcpListener, task::JoinHandle};

pub const BUCKET: &str = "photos";

pub struct Objects {
    pub url: String,
    pub access_key: String,
    pub secret_key: String,
    server: JoinHandle<()>,
}

impl Drop for Objects {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves `folder`, in which each bucket is a folder.
pub async fn start(folder: &Path, port: u16) -> Result<Objects, Failure> {
    fs::create_dir_all(folder.join(BUCKET))?;
    let files = FileSystem::new(folder)
        .map_err(|error| format!("the object storage's folder: {error:?}"))?;
    let access_key = "midline".to_owned();
    let secret_key = format!("{:032x}", rand::random::<u128>());
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(
        access_key.clone(),
        secret_key.clone(),
    ));
    let service = builder.build();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let server = tokio::spawn(async move {
        let http = Builder::new(TokioExecutor::new());
        while let Ok((socket, _)) = listener.accept().await {
            let connection = http
                .serve_connection(TokioIo::new(socket), service.clone())
                .into_owned();
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection to the object storage broke");
                }
            });
        }
    });
    Ok(Objects {
        url,
        access_key,
        secret_key,
        server,
    })
}
