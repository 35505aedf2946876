//! Log lines and metrics.

use crate::config::LogFormat;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// What is logged when `RUST_LOG` says nothing.
pub const FILTER: &str = "info,sqlx=warn";

/// Log lines go to standard error from here on, by `RUST_LOG` or else `default`. A second call changes nothing.
pub fn log(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(error, "log lines were already set up");
    }
}

/// Collects metrics from here on; the handle renders them for Prometheus.
///
/// # Errors
/// When something else in the process collects them already.
pub fn metrics() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().install_recorder()
}
