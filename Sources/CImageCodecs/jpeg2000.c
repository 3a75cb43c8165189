// JPEG 2000 pictures inside DICOM files, through OpenJPEG.
#include "codec_buffer.h"

#if __has_include(<openjpeg.h>)

#include <openjpeg.h>

static OPJ_SIZE_T on_read(void *into, OPJ_SIZE_T wanted, void *data) {
    const size_t taken = codec_take(data, into, wanted);
    return taken ? taken : (OPJ_SIZE_T)-1;
}

static OPJ_OFF_T on_skip(OPJ_OFF_T count, void *data) {
    codec_cursor *cursor = data;
    if (count < 0) return -1;
    const size_t left = cursor->count - cursor->position;
    if ((uint64_t)count > left) cursor->ended = 1;
    const size_t step = (uint64_t)count < left ? (size_t)count : left;
    cursor->position += step;
    return step || !count ? (OPJ_OFF_T)step : -1;
}

static OPJ_BOOL on_seek(OPJ_OFF_T place, void *data) {
    codec_cursor *cursor = data;
    if (place < 0 || (uint64_t)place > cursor->count) return OPJ_FALSE;
    cursor->position = (size_t)place;
    return OPJ_TRUE;
}

static uint32_t word(const uint8_t *bytes) { return (uint32_t)bytes[0] << 8 | bytes[1]; }

static uint32_t number(const uint8_t *bytes) { return word(bytes) << 16 | word(bytes + 2); }

// What OpenJPEG's memory for the order of packets grows with.
typedef struct {
    uint64_t width, height; // of a tile
    uint32_t layers, levels;
    uint32_t across, down; // of the smallest precinct, as powers of two
} stream_plan;

enum {
    TILE_LIMIT = 4096,
    // Packets that may be kept account of, two bytes each.
    PACKET_LIMIT = 1 << 25,
    SOD = 0xFF93,
    SOT = 0xFF90,
    EOC = 0xFFD9,
    SIZ = 0xFF51,
    COD = 0xFF52,
    COC = 0xFF53
};

// Takes in the coding style of a marker segment: its levels, and the precincts where it has any.
static int take_style(stream_plan *plan, const uint8_t *style, size_t count, int has_precincts) {
    if (count < 5 || style[0] > 32) return 0;
    if (style[0] > plan->levels) plan->levels = style[0];
    if (!has_precincts) return 1;
    if (count < 6u + style[0]) return 0;
    for (size_t i = 0; i <= style[0]; i++) {
        const uint32_t across = style[5 + i] & 15, down = style[5 + i] >> 4;
        if (across < plan->across) plan->across = across;
        if (down < plan->down) plan->down = down;
    }
    return 1;
}

static int take_segment(stream_plan *plan, uint32_t marker, const uint8_t *body, size_t count,
    const codec_extents *wanted) {
    if (marker == SIZ) {
        if (count < 36) return 0;
        const uint32_t left = number(body + 10), top = number(body + 14);
        if (number(body + 2) - left != wanted->width || number(body + 6) - top != wanted->height)
            return 0;
        const uint64_t across = number(body + 18), down = number(body + 22);
        const uint64_t first = number(body + 26), upper = number(body + 30);
        // The first tile holds the corner of the picture, so that their number is known.
        if (first > left || first + across <= left || upper > top || upper + down <= top) return 0;
        const uint64_t columns = wanted->width / across + 2, rows = wanted->height / down + 2;
        plan->width = across < wanted->width ? across : wanted->width;
        plan->height = down < wanted->height ? down : wanted->height;
        return columns * rows <= TILE_LIMIT;
    }
    if (marker == COD) {
        if (count < 10) return 0;
        if (word(body + 2) > plan->layers) plan->layers = word(body + 2);
        return take_style(plan, body + 5, count - 5, body[0] & 1);
    }
    if (marker == COC) return count >= 2 && take_style(plan, body + 2, count - 2, body[1] & 1);
    return 1;
}

// Whether a code stream asks for no more memory than a picture can need: a file of few bytes may
// name 65,535 layers and precincts of a single pixel. Headers of tiles count as the first one does.
static int is_modest(const uint8_t *bytes, size_t count, const codec_extents *wanted) {
    stream_plan plan = {.layers = 1, .across = 15, .down = 15};
    size_t place = 2, end = 0;
    while (place + 4 <= count) {
        const uint32_t marker = word(bytes + place);
        if (marker == EOC) break;
        if (marker == SOD) {
            if (end <= place) return 0;
            place = end;
            continue;
        }
        const size_t length = word(bytes + place + 2);
        if (marker < 0xFF00 || length < 2 || length > count - place - 2) return 0;
        if (marker == SOT) {
            if (length < 10) return 0;
            const size_t part = number(bytes + place + 6);
            end = part && part < count - place ? place + part : count;
        }
        if (!take_segment(&plan, marker, bytes + place + 4, length - 2, wanted)) return 0;
        place += 2 + length;
    }
    const uint64_t precincts = ((plan.width >> plan.across) + 2) * ((plan.height >> plan.down) + 2);
    const uint64_t packets =
        (uint64_t)wanted->components * (plan.levels + 1) * ((uint64_t)plan.layers + 1);
    return plan.width && precincts <= PACKET_LIMIT / packets;
}

static void on_error(const char *text, void *message) {
    codec_say(message, text);
    char *end = message ? strchr(message, '\n') : NULL;
    if (end) *end = 0;
}

// Whether the picture has the extents wanted, all components in full size and at most 16 bits.
static int is_wanted(const opj_image_t *image, const codec_extents *wanted) {
    if (image->numcomps != wanted->components) return 0;
    for (OPJ_UINT32 c = 0; c < image->numcomps; c++) {
        const opj_image_comp_t *part = &image->comps[c];
        if (part->w != wanted->width || part->h != wanted->height || part->prec > 16) return 0;
    }
    return 1;
}

// Fails where the header gives other extents, so that nothing is decoded of what is not wanted.
static int has_extents(const opj_image_t *image, const codec_extents *wanted) {
    if (image->x1 <= image->x0 || image->y1 <= image->y0) return 0;
    return image->x1 - image->x0 == wanted->width && image->y1 - image->y0 == wanted->height
        && image->numcomps == wanted->components;
}

static codec_status decode(opj_codec_t *codec, opj_stream_t *stream, opj_image_t **image,
    const codec_cursor *cursor, const codec_extents *wanted, int32_t *samples, char *message) {
    const codec_status broken = CODEC_DAMAGED;
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_set_error_handler(codec, on_error, message);
    if (!opj_setup_decoder(codec, &parameters)) return broken;
#if OPJ_VERSION_MAJOR > 2 || (OPJ_VERSION_MAJOR == 2 && OPJ_VERSION_MINOR >= 5)
    if (!opj_decoder_set_strict_mode(codec, OPJ_TRUE)) return broken;
#endif
    if (!opj_read_header(stream, codec, image)) return cursor->ended ? CODEC_TRUNCATED : broken;
    if (!has_extents(*image, wanted))
        return codec_refuse(broken, message, "the picture in it has other extents");
    if (!opj_decode(codec, stream, *image) || !opj_end_decompress(codec, stream))
        return cursor->ended ? CODEC_TRUNCATED : broken;
    if (!is_wanted(*image, wanted))
        return codec_refuse(broken, message, "the picture in it has other extents");
    const size_t count = (size_t)wanted->width * wanted->height;
    for (size_t c = 0; c < wanted->components; c++) {
        const OPJ_INT32 *from = (*image)->comps[c].data;
        if (!from) return codec_refuse(broken, message, "a component is missing");
        for (size_t i = 0; i < count; i++) samples[i * wanted->components + c] = from[i];
    }
    return CODEC_OK;
}

int codec_has_jpeg2000(void) { return 1; }

codec_status codec_jpeg2000_decode(const uint8_t *bytes, size_t count, const codec_extents *wanted,
    int32_t *samples, char *message) {
    codec_say(message, "");
    if (count < 12) return codec_refuse(CODEC_TRUNCATED, message, "the picture ends early");
    if (memcmp(bytes, "\xFF\x4F\xFF\x51", 4) != 0)
        return codec_refuse(CODEC_DAMAGED, message, "it is no code stream");
    if (!is_modest(bytes, count, wanted))
        return codec_refuse(CODEC_DAMAGED, message, "its extents, tiles or layers make no sense");
    codec_cursor cursor = {bytes, count, 0, 0};
    opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
    opj_stream_t *stream = opj_stream_create(65536, OPJ_TRUE);
    opj_image_t *image = NULL;
    codec_status status = CODEC_NO_MEMORY;
    if (codec && stream) {
        opj_stream_set_user_data(stream, &cursor, NULL);
        opj_stream_set_user_data_length(stream, count);
        opj_stream_set_read_function(stream, on_read);
        opj_stream_set_skip_function(stream, on_skip);
        opj_stream_set_seek_function(stream, on_seek);
        status = decode(codec, stream, &image, &cursor, wanted, samples, message);
    }
    if (status != CODEC_OK && message && !message[0]) codec_say(message, "broken data");
    opj_image_destroy(image);
    if (stream) opj_stream_destroy(stream);
    if (codec) opj_destroy_codec(codec);
    return status;
}

#else

int codec_has_jpeg2000(void) { return 0; }

codec_status codec_jpeg2000_decode(const uint8_t *bytes, size_t count, const codec_extents *wanted,
    int32_t *samples, char *message) {
    (void)bytes, (void)count, (void)wanted, (void)samples;
    return codec_refuse(CODEC_NO_LIBRARY, message, "OpenJPEG");
}

#endif
