//! An S3 server on a folder.

use super::Failure;
use axum::http::{HeaderName, HeaderValue, Method};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::{fs, net::Ipv4Addr, path::Path};
use tokio::{net::TcpListener, task::JoinHandle};
use tower::{ServiceBuilder, service_fn};
use tower_http::cors::CorsLayer;

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

/// Serves `folder`, in which each bucket is a folder. Browsers may put objects there from pages of `origin`: what a
/// bucket's CORS rules say in production.
pub async fn start(folder: &Path, port: u16, origin: &str) -> Result<Objects, Failure> {
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
    let origin = origin
        .parse::<HeaderValue>()
        .map_err(|error| format!("the portal's address: {error}"))?;
    let cors = CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::PUT])
        .allow_headers([HeaderName::from_static("x-amz-checksum-sha256")]);
    let store = builder.build();
    let service = ServiceBuilder::new()
        .layer(cors)
        .service(service_fn(move |request| {
            let store = store.clone();
            async move { hyper::service::Service::call(&store, request).await }
        }));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let server = tokio::spawn(async move {
        let http = http1::Builder::new();
        while let Ok((socket, _)) = listener.accept().await {
            let connection = http.serve_connection(
                TokioIo::new(socket),
                TowerToHyperService::new(service.clone()),
            );
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
