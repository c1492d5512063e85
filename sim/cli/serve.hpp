#pragma once
// `calrig serve`: what the command line asked for, as values.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sim {

struct ServeOptions {
    std::string world;  // file; empty: the ready organisation
    std::string bind = "127.0.0.1", name;
    int port = 8443;
    int graph_port = -1, authority_port = -1, google_port = -1, cloud_port = -1;  // -1: no port of its own
    bool virtual_clock = false;
    std::string start;
    std::optional<std::uint64_t> seed;
    std::string out, trust, ready_file, cloud_hook;
    std::optional<std::string> control_token;
    std::vector<std::string> app_certificates;  // files
    std::string ca_dir;  // where the authority is kept from start to start; empty: a new one each time
    bool verifiable_tokens = false;
    int graph_requests = 0;
    int graph_takes_ms = 0;
    int endpoint_sample = 100;
    bool plain_http = false;
    std::string engine;  // "microsoft", "google"; empty: none
    std::string calendars;  // "microsoft", "google"; empty: the world's first
};
int serve_command(const ServeOptions& options);

}  // namespace sim
