#pragma once
// Google's discovery documents, as googleapiclient.discovery.build reads them, with addresses that point here.
#include <memory>
#include <string>

#include "sim/serve/local.hpp"

namespace sim {

/// Answers /discovery/v1/apis, /discovery/v1/apis/{api}/{version}/rest and /$discovery/rest?version=; `google_origin`
/// has no slash at its end.
std::unique_ptr<Local> discovery_documents(const std::string& google_origin);

}  // namespace sim
