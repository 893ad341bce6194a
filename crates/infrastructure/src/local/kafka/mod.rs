//! Apache Kafka as one node in KRaft mode (broker and controller), run by the installed Java.

mod artefacts;
mod class_archive;
mod settings;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::process::Command;

use crate::{
    error::InfrastructureError,
    local::Layout,
    ports::Ports,
    probe::Probe,
    process::{ServerIdentity, ServerProcess},
    request::Progress,
    tools::{java_version, run},
};

use class_archive::ClassArchive;

pub use artefacts::{KAFKA_VERSION, artefacts_folder, artefacts_present};

/// A broker that was killed recovers its segments first.
const START_PATIENCE: Duration = Duration::from_secs(90);

const OLDEST_JAVA: u32 = 17;

/// The broker of one data folder; `process` is empty while it is stopped.
pub struct KafkaServer {
    jars: PathBuf,
    home: PathBuf,
    class_archive: ClassArchive,
    identity: ServerIdentity,
    port: u16,
    process: Option<ServerProcess>,
}

impl KafkaServer {
    pub async fn start(
        layout: &Layout,
        cache_dir: &Path,
        ports: &Ports,
        progress: Progress<'_>,
    ) -> Result<Self, InfrastructureError> {
        check_java().await?;
        let jars = artefacts::fetch(cache_dir, progress).await?;
        let identity = layout.kafka_identity();
        let class_archive = class_archive::open_or_create(&jars, cache_dir, progress).await;
        let home = layout.kafka();
        let mut server = Self { jars, home, class_archive, identity, port: ports.kafka, process: None };
        server.write_files(ports)?;
        server.format_once(progress).await?;
        progress(&format!("starting Kafka {KAFKA_VERSION} on port {}", ports.kafka));
        server.start_process().await?;
        progress("Kafka is ready");
        Ok(server)
    }

    /// Does nothing when the broker runs.
    pub async fn start_process(&mut self) -> Result<(), InfrastructureError> {
        if self.process.is_some() {
            return Ok(());
        }
        let mut command = self.java();
        command.args(["-Xms128m", "-Xmx384m"]).args(self.class_archive.argument());
        command.arg("-cp").arg(self.class_path()).arg("kafka.Kafka").arg(self.settings_file());
        let mut process = ServerProcess::start(command, &self.identity)?;
        let probe = Probe::Kafka(format!("127.0.0.1:{}", self.port));
        if let Err(error) = process.wait_until_ready(&probe, START_PATIENCE).await {
            process.kill().await?;
            return Err(error);
        }
        self.process = Some(process);
        Ok(())
    }

    pub async fn stop(&mut self) -> Result<(), InfrastructureError> {
        match self.process.take() {
            Some(process) => process.stop().await,
            None => Ok(()),
        }
    }

    pub async fn kill(&mut self) -> Result<(), InfrastructureError> {
        match self.process.take() {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    /// Anew at each start, since the ports may have changed.
    fn write_files(&self, ports: &Ports) -> Result<(), InfrastructureError> {
        let settings = settings::server_properties(&self.data_folder(), ports);
        for (path, text) in [(self.settings_file(), settings), (self.log_settings_file(), settings::log_settings())] {
            fs::write(&path, text).map_err(InfrastructureError::files("write", &path))?;
        }
        Ok(())
    }

    /// A folder without our mark is not formatted, or only half.
    async fn format_once(&self, progress: Progress<'_>) -> Result<(), InfrastructureError> {
        let mark = self.home.join("formatted");
        if mark.exists() {
            return Ok(());
        }
        progress("preparing the Kafka data folder");
        let data = self.data_folder();
        if data.exists() {
            fs::remove_dir_all(&data).map_err(InfrastructureError::files("remove", &data))?;
        }
        self.format().await?;
        fs::write(&mark, "").map_err(InfrastructureError::files("write", &mark))
    }

    async fn format(&self) -> Result<(), InfrastructureError> {
        let cluster_id = URL_SAFE_NO_PAD.encode(uuid::Uuid::now_v7().as_bytes());
        let mut command = self.java();
        if let ClassArchive::Use(_) = self.class_archive {
            command.args(self.class_archive.argument());
        }
        command.arg("-cp").arg(self.class_path()).args(["kafka.tools.StorageTool", "format", "--standalone"]);
        command.args(["-t", &cluster_id, "-c"]).arg(self.settings_file());
        run(&mut command, "preparing the Kafka data folder").await.map(drop)
    }

    fn java(&self) -> Command {
        let mut command = Command::new("java");
        command.args(["-XX:+UseSerialGC", "-Djava.awt.headless=true"]);
        command.arg(format!("-Dlog4j2.configurationFile=file:{}", self.log_settings_file().display()));
        command
    }

    fn class_path(&self) -> PathBuf {
        self.jars.join("*")
    }

    fn settings_file(&self) -> PathBuf {
        self.home.join("server.properties")
    }

    fn log_settings_file(&self) -> PathBuf {
        self.home.join("log4j2.xml")
    }

    fn data_folder(&self) -> PathBuf {
        self.home.join("data")
    }
}

async fn check_java() -> Result<(), InfrastructureError> {
    match java_version().await {
        Some(version) if version >= OLDEST_JAVA => Ok(()),
        Some(version) => Err(InfrastructureError::JavaMissing { found: format!("`java` is version {version}") }),
        None => Err(InfrastructureError::JavaMissing { found: "`java` does not run".to_owned() }),
    }
}
