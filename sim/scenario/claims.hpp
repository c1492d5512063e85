#pragma once
// One reader per expectation of the vocabulary.
#include "sim/scenario/reading.hpp"

namespace sim {

void read_calendar_claim(ClaimReading& reading);
void read_list_claim(ClaimReading& reading);
void read_screen_claim(ClaimReading& reading);
void read_presence_claim(ClaimReading& reading);
void read_answer_claim(ClaimReading& reading);
void read_notices_claim(ClaimReading& reading);
void read_status_claim(ClaimReading& reading);
void read_provisioning_claim(ClaimReading& reading);
void read_tenant_claim(ClaimReading& reading);
void read_stored_claim(ClaimReading& reading);
void read_space_claim(ClaimReading& reading);
void read_one_time_claim(ClaimReading& reading);
void read_calls_claim(ClaimReading& reading);

}  // namespace sim
