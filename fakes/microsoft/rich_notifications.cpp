// Notifications that carry the event itself: what a subscription for them needs, and what they hold.
#include <algorithm>

#include "fakes/microsoft/encryption.hpp"
#include "fakes/microsoft/limits.hpp"
#include "fakes/microsoft/query.hpp"
#include "fakes/microsoft/subscriptions.hpp"
#include "fakes/microsoft/text.hpp"

namespace fakes::microsoft {
namespace {

std::string seconds_text(Instant at) { return std::to_string(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count()); }

// The application by which Graph itself publishes changes (Graph docs, the same page).
constexpr std::string_view publisher = "0bf30f3b-4a52-48df-9a82-234910c4a086";

}  // namespace

std::optional<Fault> Subscriptions::fill_rich(Subscription& out, const SubscriptionInput& input) const {
    Subscription::Rich rich;
    if (!input.certificate || input.certificate->empty()) return errors::subscription_property("EncryptionCertificate is required when includeResourceData is true.");
    if (!input.certificate_id || input.certificate_id->empty()) return errors::subscription_property("EncryptionCertificateId is required when includeResourceData is true.");
    if (input.certificate_id->size() > limits::certificate_id) return errors::subscription_property("EncryptionCertificateId has at most 128 characters.");
    if (input.certificate->size() > limits::certificate_bytes) return errors::subscription_property("EncryptionCertificate is too large.");
    const auto bytes = base64_decode(*input.certificate);
    if (bytes) rich.certificate = signing::Certificate::read(*bytes, bytes->starts_with("-----BEGIN"));
    if (!rich.certificate) return errors::subscription_property("EncryptionCertificate is not a base64-encoded X.509 certificate.");
    const int bits = rich.certificate->key_bits();
    if (bits < 2048 || bits > 4096) return errors::subscription_property("EncryptionCertificate's key has 2048 to 4096 bits.");
    rich.certificate_text = *input.certificate;
    rich.certificate_id = *input.certificate_id;
    const std::size_t mark = out.resource.find('?');
    auto query = read_query(mark == std::string::npos ? std::string_view() : std::string_view(out.resource).substr(mark + 1));
    if (Fault* fault = std::get_if<Fault>(&query)) return std::move(*fault);
    Query& asked = std::get<Query>(query);
    if (!asked.selects || asked.select.empty()) return errors::subscription_property("A $select is required in the resource when includeResourceData is true.");
    if (asked.top || asked.skip != 0 || !asked.order.empty() || asked.count)
        return errors::subscription_property("The resource of a subscription with resource data takes $select, and $expand of extended properties.");
    if (asked.expand.any() && (asked.expand.attachments || asked.expand.exceptions || asked.expand.calendar || asked.expand.extensions))
        return errors::subscription_property("Only extended properties are expanded in a subscription with resource data.");
    for (const std::string& name : asked.select)
        if (same_text(name, "body") || same_text(name, "bodyPreview")) return errors::subscription_property("The body of an event cannot be selected in a subscription with resource data.");
    rich.select = std::move(asked.select);
    rich.expand = std::move(asked.expand);
    out.rich = std::move(rich);
    return std::nullopt;
}

std::string Subscriptions::encrypted_content(const Subscription& s, const Mailbox& mailbox, const MailboxChange& change) {
    std::string text = "{";
    put_member(text, "@odata.type", "#microsoft.graph.event");
    const std::optional<Entry> entry = mailbox.entry(change.item, std::nullopt);
    if (entry) {
        std::string members = "{";
        Shape shape;
        shape.immutable = s.immutable_ids;
        shape.select = &s.rich->select;
        if (s.rich->expand.any()) shape.expand = &s.rich->expand;
        put_event(members, mailbox, *entry, shape);
        text += "," + members.substr(1);
    } else {  // deleted: its id is all there is
        put_member(text, "id", s.immutable_ids ? immutable_id(mailbox.ids(), change.item, std::nullopt) : item_id(mailbox.ids(), change.item));
    }
    text += '}';
    const EncryptedContent content = encrypted(text, *s.rich->certificate, dice_);
    std::string out = ",\"encryptedContent\":{";
    put_member(out, "data", content.data);
    put_member(out, "dataKey", content.key);
    put_member(out, "dataSignature", content.signature);
    put_member(out, "encryptionCertificateId", s.rich->certificate_id);
    put_member(out, "encryptionCertificateThumbprint", s.rich->certificate->thumbprint());
    return out + "}";
}

std::string Subscriptions::validation_token(const Subscription& s, Instant now) {
    std::string header = "{\"typ\":\"JWT\",\"alg\":\"RS256\"";
    put_member(header, "x5t", keys_.current().id());
    put_member(header, "kid", keys_.current().id());
    const std::string issuer = "https://sts.windows.net/" + tenant_ + "/";
    std::string claims = "{";
    put_member(claims, "aud", s.app);
    put_member(claims, "iss", issuer);
    claims += ",\"iat\":" + seconds_text(now) + ",\"nbf\":" + seconds_text(now) + ",\"exp\":" + seconds_text(now + limits::validation_token_life);
    put_member(claims, "appid", publisher);
    put_member(claims, "appidacr", "2");
    put_member(claims, "idp", issuer);
    put_member(claims, "tid", tenant_);
    put_member(claims, "uti", dice_.text(22, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"));
    put_member(claims, "ver", "1.0");
    std::string out = signing::jwt_part(header + "}") + "." + signing::jwt_part(claims + "}");
    return out + "." + signing::jwt_part(keys_.current().rs256(out));
}

}  // namespace fakes::microsoft
