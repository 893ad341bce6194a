fn main() {
    tokio::runtime::Runtime::new().expect("rt").block_on(async {
        let url = std::env::args().nth(1).expect("url");
        coheron_store::Database::migrate(&url).await.expect("migrated");
        let db = coheron_store::Database::connect(&url, &Default::default()).expect("db");
        let router = coheron_schema_registry::router(coheron_schema_registry::RegistryState::new(db, None));
        let l = tokio::net::TcpListener::bind("127.0.0.1:18081").await.expect("port");
        let token = coheron_platform::shutdown::on_signal().expect("signals");
        coheron_platform::shutdown::serve(l, router, token, std::time::Duration::from_secs(1)).await.expect("served");
    });
}
