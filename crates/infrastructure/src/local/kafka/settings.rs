//! The broker's settings files.

use std::path::Path;

use coheron_core::topics::MAX_BATCH_BYTES;

use crate::ports::Ports;

/// For one node on one small machine: no replicas, few internal partitions, back within seconds after a crash.
pub fn server_properties(data: &Path, ports: &Ports) -> String {
    let (client_port, controller_port) = (ports.kafka, ports.auxiliary);
    let data = data.display();
    format!(
        "\
# Written at each start; changes made here are lost.
process.roles=broker,controller
node.id=1
listeners=CLIENTS://127.0.0.1:{client_port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=CLIENTS://127.0.0.1:{client_port},CONTROLLER://127.0.0.1:{controller_port}
listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CLIENTS
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
log.dirs={data}

# One node: nothing to replicate to, nobody to wait for.
default.replication.factor=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
share.coordinator.state.topic.num.partitions=4

# With the defaults a killed broker is back after 16 s, with these sooner. A shorter session would be over while
# the machine is busy with something else: the controller then takes the broker for dead, and nobody reaches it.
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=500
controller.quorum.election.timeout.ms=500
controller.quorum.fetch.timeout.ms=800
controller.quorum.request.timeout.ms=800
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000

# Topics come from the table in code, and so does the size of the largest record.
auto.create.topics.enable=false
message.max.bytes={MAX_BATCH_BYTES}
replica.fetch.max.bytes={MAX_BATCH_BYTES}

# A small heap and two processors.
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
background.threads=2
num.recovery.threads.per.data.dir=2
"
    )
}

/// To the standard output, which is the broker's log file.
pub fn log_settings() -> String {
    r#"<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="WARN">
  <Appenders>
    <Console name="output" target="SYSTEM_OUT">
      <PatternLayout pattern="%d{ISO8601} %-5p %m (%c{1})%n"/>
    </Console>
  </Appenders>
  <Loggers>
    <Root level="WARN">
      <AppenderRef ref="output"/>
    </Root>
    <Logger name="kafka.server.KafkaRaftServer" level="INFO"/>
    <Logger name="org.apache.kafka.raft.KafkaRaftClient" level="ERROR"/>
  </Loggers>
</Configuration>
"#
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPOSE_FILE: &str = include_str!("../../../../../docker-compose.yml");

    #[test]
    fn docker_runs_a_broker_with_the_same_settings() {
        let ports = Ports { postgres: 1, kafka: 2, auxiliary: 3 };
        let properties = server_properties(Path::new("/data"), &ports);
        // What stands before it are roles and addresses, which containers have of their own.
        let (_, shared) = properties.split_once("# One node").expect("the shared settings");
        let settings: Vec<(&str, &str)> = shared.lines().filter_map(|line| line.split_once('=')).collect();
        assert!(settings.len() > 20, "{settings:?}");
        for (name, value) in settings {
            let variable = format!("KAFKA_{}: ", name.to_uppercase().replace('.', "_"));
            let of_docker = COMPOSE_FILE.lines().find_map(|line| line.trim().strip_prefix(variable.as_str()));
            assert_eq!(of_docker.map(|value| value.trim_matches('"')), Some(value), "{name}");
        }
    }
}
