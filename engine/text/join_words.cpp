#include "engine/text/join_words.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace engine::text {
namespace {

// Sorted by tag. English first among equals is the last resort of make_join_block.
constexpr std::array<JoinWords, 8> kWords = {{
    {"ar", true, "الانضمام إلى الاجتماع", "الانضمام إلى اجتماع المساحة", "المضيف", "رقم الاجتماع", "كلمة المرور",
     "الانضمام من جهاز فيديو"},
    {"de", false, "Meeting beitreten", "Meeting des Bereichs beitreten", "Gastgeber", "Meeting-Nummer", "Passwort",
     "Mit einem Videogerät teilnehmen"},
    {"en", false, "Join the meeting", "Join the space's meeting", "Host", "Meeting number", "Password",
     "Join from a video device"},
    {"es", false, "Unirse a la reunión", "Unirse a la reunión del espacio", "Organizador", "Número de la reunión",
     "Contraseña", "Unirse desde un dispositivo de vídeo"},
    {"fi", false, "Liity kokoukseen", "Liity tilan kokoukseen", "Järjestäjä", "Kokousnumero", "Salasana",
     "Liity videolaitteella"},
    {"fr", false, "Rejoindre la réunion", "Rejoindre la réunion de l’espace", "Organisateur", "Numéro de la réunion",
     "Mot de passe", "Rejoindre depuis un dispositif vidéo"},
    {"ja", false, "ミーティングに参加", "スペースのミーティングに参加", "主催者", "ミーティング番号", "パスワード",
     "ビデオデバイスから参加"},
    {"pl", false, "Dołącz do spotkania", "Dołącz do spotkania w obszarze", "Gospodarz", "Numer spotkania", "Hasło",
     "Dołącz z urządzenia wideo"},
}};
static_assert(std::is_sorted(kWords.begin(), kWords.end(),
                             [](const JoinWords& a, const JoinWords& b) { return a.tag < b.tag; }));

// Old or regional spellings: Google's settings/locale still sends the withdrawn ISO 639 codes.
struct Spelling {
    std::string_view written, tag;
};
constexpr std::array<Spelling, 10> kSpellings = {{
    {"in", "id"}, {"iw", "he"}, {"ji", "yi"}, {"nn", "nb"}, {"no", "nb"},
    {"tl", "fil"}, {"zh-cn", "zh-hans"}, {"zh-hk", "zh-hant"}, {"zh-sg", "zh-hans"}, {"zh-tw", "zh-hant"},
}};

constexpr std::size_t kLocaleLimitBytes = 35;  // RFC 5646 4.4.1

std::string normal_tag(std::string_view locale) {
    locale = locale.substr(0, std::min(locale.find_first_of(".@"), kLocaleLimitBytes));  // "de_DE.UTF-8"
    std::string tag(locale);
    for (char& c : tag) {
        if (c == '_') c = '-';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    for (const Spelling& s : kSpellings) {
        if (tag == s.written) return std::string(s.tag);
        if (tag.size() > s.written.size() && tag.starts_with(s.written) && tag[s.written.size()] == '-')
            return std::string(s.tag) + tag.substr(s.written.size());
    }
    return tag;
}

}  // namespace

std::span<const JoinWords> join_words() { return kWords; }

const JoinWords* find_join_words(std::string_view locale) {
    for (std::string tag = normal_tag(locale); !tag.empty();
         tag.resize(tag.find_last_of('-') == std::string::npos ? 0 : tag.find_last_of('-'))) {
        const auto* row = std::find_if(kWords.begin(), kWords.end(), [&](const JoinWords& w) { return w.tag == tag; });
        if (row != kWords.end()) return row;
    }
    return nullptr;
}

}  // namespace engine::text
