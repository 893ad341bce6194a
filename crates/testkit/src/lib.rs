//! What integration tests stand on: real servers started once per test binary, a database and topics of its own for
//! every test shop, and the real binary running the roles as child processes.

mod erp;
mod eventually;
mod processes;
mod servers;
mod shop;
mod topic_reader;

pub use erp::TestErp;
pub use eventually::eventually;
pub use processes::Role;
pub use servers::{TestServers, run, servers};
pub use shop::{TestShop, create_key, create_site};
pub use topic_reader::TopicReader;
