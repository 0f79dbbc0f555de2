//! Objects in S3: AWS, or any server that speaks its protocol.

use super::config::StorageConfig;
use aws_config::{BehaviorVersion, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    Client,
    config::{Credentials, Region},
    error::SdkError,
    operation::{get_object::GetObjectError, get_object::GetObjectOutput},
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::ChecksumMode,
};
use base64::{Engine, prelude::BASE64_STANDARD as STANDARD};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use std::{fs::File, io::Seek, sync::Arc, time::Duration};
use tokio::io::AsyncReadExt;

/// How often a request is sent before it has failed.
const TRIES: u64 = 3;

/// One bucket.
#[derive(Clone)]
pub struct Storage {
    client: Client,
    bucket: Arc<str>,
}

/// An object in a listing.
#[derive(Clone, Debug)]
pub struct Listed {
    pub key: String,
    pub modified: DateTime<Utc>,
}

/// An address to which a browser may put an object.
#[derive(Clone, Debug)]
pub struct PutAddress {
    pub url: String,
    /// The value of the header `x-amz-checksum-sha256`, which has to be sent along.
    pub checksum: String,
}

/// Why an object could not be had.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("there is no such object")]
    Missing,
    /// It is not the object that was put there.
    #[error("the object is another")]
    Other,
    /// The object is shorter than where the part begins.
    #[error("there is no such part of the object")]
    OutOfRange,
    /// The store is down, slow, or refused; its own words are for the log only.
    #[error("the object storage failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Megabytes on a slow line take longer than a question.
fn patient() -> aws_sdk_s3::config::Builder {
    aws_sdk_s3::Config::builder().timeout_config(
        TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .read_timeout(Duration::from_secs(60))
            .operation_timeout(Duration::from_secs(180))
            .build(),
    )
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
            .retry_config(
                RetryConfig::standard().with_max_attempts(u32::try_from(TRIES).unwrap_or(1)),
            )
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(3))
                    .read_timeout(Duration::from_secs(8))
                    // Whoever waits for it is told in words before their request is given up.
                    .operation_timeout(Duration::from_secs(20))
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

    /// Opens an object, or the part of it that `range` (as in HTTP) names; its body is read as it arrives.
    pub async fn get_part(
        &self,
        key: &str,
        range: Option<String>,
    ) -> Result<GetObjectOutput, StorageError> {
        self.client
            .get_object()
            .bucket(&*self.bucket)
            .key(key)
            .set_range(range)
            .send()
            .await
            .map_err(|error| match error {
                SdkError::ServiceError(error)
                    if matches!(error.err(), GetObjectError::NoSuchKey(_)) =>
                {
                    StorageError::Missing
                }
                SdkError::ServiceError(error) if error.raw().status().as_u16() == 416 => {
                    StorageError::OutOfRange
                }
                error => StorageError::Failed(Box::new(error)),
            })
    }

    /// Opens an object; its body is read as it arrives.
    pub async fn get(&self, key: &str) -> Result<GetObjectOutput, StorageError> {
        self.get_part(key, None).await
    }

    /// The bytes of an object of at most `limit` of them, if their digest is `sha256`.
    ///
    /// # Errors
    /// [`StorageError::Missing`] if it is not there, [`StorageError::Other`] if it is another.
    pub async fn read(
        &self,
        key: &str,
        limit: u64,
        sha256: &[u8],
    ) -> Result<Vec<u8>, StorageError> {
        let object = self.get(key).await?;
        let length = object
            .content_length()
            .and_then(|length| u64::try_from(length).ok())
            .filter(|length| *length <= limit)
            .ok_or(StorageError::Other)?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        object
            .body
            .into_async_read()
            .take(limit)
            .read_to_end(&mut bytes)
            .await
            .map_err(|error| StorageError::Failed(Box::new(error)))?;
        if Sha256::digest(&bytes).as_slice() != sha256 {
            return Err(StorageError::Other);
        }
        Ok(bytes)
    }

    /// Writes a file as an object. The store checks that it received what `sha256` is of.
    pub async fn put_file(
        &self,
        key: &str,
        file: &File,
        sha256: &[u8],
    ) -> Result<(), StorageError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| StorageError::Failed(error);
        let mut tries = 0;
        loop {
            tries += 1;
            // A stream is read once: the library cannot try again by itself.
            let mut again = file.try_clone().map_err(|error| failed(error.into()))?;
            again.rewind().map_err(|error| failed(error.into()))?;
            let body = ByteStream::read_from()
                .file(tokio::fs::File::from_std(again))
                .build()
                .await
                .map_err(|error| failed(error.into()))?;
            let sent = self
                .client
                .put_object()
                .bucket(&*self.bucket)
                .key(key)
                .checksum_sha256(STANDARD.encode(sha256))
                .body(body)
                .customize()
                .config_override(patient())
                .send()
                .await;
            match sent {
                Ok(_) => return Ok(()),
                Err(error) if tries == TRIES => return Err(failed(error.into())),
                Err(_) => tokio::time::sleep(Duration::from_millis(100 * tries)).await,
            }
        }
    }

    /// Removes an object; one that is not there is removed already.
    pub async fn delete(&self, key: &str) -> Result<(), StorageError> {
        self.client
            .delete_object()
            .bucket(&*self.bucket)
            .key(key)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| match error {
                SdkError::ServiceError(error) if error.raw().status().as_u16() == 404 => None,
                error => Some(StorageError::Failed(Box::new(error))),
            })
            .or_else(|error| error.map_or(Ok(()), Err))
    }

    /// Up to a thousand objects whose keys begin with `prefix`, in the order of their keys, after `after`.
    pub async fn list(
        &self,
        prefix: &str,
        after: Option<&str>,
    ) -> Result<Vec<Listed>, StorageError> {
        let answer = self
            .client
            .list_objects_v2()
            .bucket(&*self.bucket)
            .prefix(prefix)
            .set_start_after(after.map(ToOwned::to_owned))
            .max_keys(1000)
            .send()
            .await
            .map_err(|error| StorageError::Failed(Box::new(error)))?;
        Ok(answer
            .contents()
            .iter()
            .filter_map(|object| {
                Some(Listed {
                    key: object.key()?.to_owned(),
                    modified: DateTime::from_timestamp(object.last_modified()?.secs(), 0)?,
                })
            })
            .collect())
    }

    /// Length and digest (SHA-256, as the store computed it on arrival) of an object.
    pub async fn head(&self, key: &str) -> Result<(u64, Option<Vec<u8>>), StorageError> {
        let head = self
            .client
            .head_object()
            .bucket(&*self.bucket)
            .key(key)
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await
            .map_err(|error| match error {
                SdkError::ServiceError(error) if error.err().is_not_found() => {
                    StorageError::Missing
                }
                error => StorageError::Failed(Box::new(error)),
            })?;
        let length = head
            .content_length()
            .and_then(|length| u64::try_from(length).ok())
            .unwrap_or_default();
        let sha256 = head
            .checksum_sha256()
            .and_then(|text| STANDARD.decode(text).ok());
        Ok((length, sha256))
    }

    /// An address to which a browser may, within `valid`, put an object of exactly these bytes.
    pub async fn presigned_put(
        &self,
        key: &str,
        length: u64,
        sha256: &[u8],
        valid: Duration,
    ) -> Result<PutAddress, StorageError> {
        let config = PresigningConfig::expires_in(valid)
            .map_err(|error| StorageError::Failed(Box::new(error)))?;
        let checksum = STANDARD.encode(sha256);
        self.client
            .put_object()
            .bucket(&*self.bucket)
            .key(key)
            .content_length(i64::try_from(length).unwrap_or(i64::MAX))
            .checksum_sha256(&checksum)
            .presigned(config)
            .await
            .map(|request| PutAddress {
                url: request.uri().to_owned(),
                checksum,
            })
            .map_err(|error| StorageError::Failed(Box::new(error)))
    }

    /// An address from which a browser may, within `valid`, get an object.
    pub async fn presigned_get(&self, key: &str, valid: Duration) -> Result<String, StorageError> {
        let config = PresigningConfig::expires_in(valid)
            .map_err(|error| StorageError::Failed(Box::new(error)))?;
        self.client
            .get_object()
            .bucket(&*self.bucket)
            .key(key)
            .response_content_type("image/jpeg")
            .response_content_disposition("inline; filename=\"photo.jpg\"")
            .response_cache_control("private, max-age=60")
            .presigned(config)
            .await
            .map(|request| request.uri().to_owned())
            .map_err(|error| StorageError::Failed(Box::new(error)))
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
            .customize()
            .config_override(patient())
            .send()
            .await
            .map(|_| ())
            .map_err(|error| StorageError::Failed(Box::new(error)))
    }
}
