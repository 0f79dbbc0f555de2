//! Objects in S3: AWS, or any server that speaks its protocol.

use super::config::StorageConfig;
use aws_config::{BehaviorVersion, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    Client,
    config::{Credentials, Region},
    error::SdkError,
    operation::{get_object::GetObjectError, get_object::GetObjectOutput},
    primitives::ByteStream,
};
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;

/// One bucket.
#[derive(Clone)]
pub struct Storage {
    client: Client,
    bucket: Arc<str>,
}

/// Why an object could not be had.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("there is no such object")]
    Missing,
    /// The store is down, slow, or refused; its own words are for the log only.
    #[error("the object storage failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Storage {
    /// Reads credentials and region from the environment or the machine's role, as every AWS tool does.
    pub async fn connect(config: &StorageConfig) -> Self {
        let mut defaults = aws_config::defaults(BehaviorVersion::latest());
        if let Some(keys) = &config.keys {
            defaults = defaults.credentials_provider(Credentials::new(
                &keys.access_key_id,
                keys.secret_access_key.expose_secret(),
                keys.session_token
                    .as_ref()
                    .map(|token| token.expose_secret().to_owned()),
                None,
                "environment",
            ));
        }
        if let Some(region) = &config.region {
            defaults = defaults.region(Region::new(region.clone()));
        }
        let shared = defaults
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(3))
                    .read_timeout(Duration::from_secs(10))
                    .build(),
            )
            .load()
            .await;
        let mut builder = aws_sdk_s3::config::Builder::from(&shared);
        if let Some(endpoint) = &config.endpoint_url {
            builder = builder
                .endpoint_url(endpoint.as_str())
                .force_path_style(true);
        }
        Self {
            client: Client::from_conf(builder.build()),
            bucket: config.bucket.as_str().into(),
        }
    }

    /// Opens an object; its body is read as it arrives.
    pub async fn get(&self, key: &str) -> Result<GetObjectOutput, StorageError> {
        self.client
            .get_object()
            .bucket(&*self.bucket)
            .key(key)
            .send()
            .await
            .map_err(|error| match error {
                SdkError::ServiceError(error)
                    if matches!(error.err(), GetObjectError::NoSuchKey(_)) =>
                {
                    StorageError::Missing
                }
                error => StorageError::Failed(Box::new(error)),
            })
    }

    /// Writes an object whole, replacing what stood there.
    pub async fn put(
        &self,
        key: &str,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> Result<(), StorageError> {
        self.client
            .put_object()
            .bucket(&*self.bucket)
            .key(key)
            .content_type(content_type)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| StorageError::Failed(Box::new(error)))
    }
}
