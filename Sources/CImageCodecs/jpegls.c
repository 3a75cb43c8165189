// JPEG-LS pictures inside DICOM files, through CharLS.
#include "codec_buffer.h"

#if __has_include(<charls/charls.h>)

#include <charls/charls.h>

static codec_status failure(charls_jpegls_errc code, char *message) {
    const char *text = charls_get_error_message(code);
    codec_say(message, text ? text : "broken data");
    if (code == CHARLS_JPEGLS_ERRC_NOT_ENOUGH_MEMORY) return CODEC_NO_MEMORY;
    return code == CHARLS_JPEGLS_ERRC_SOURCE_BUFFER_TOO_SMALL ? CODEC_TRUNCATED : CODEC_DAMAGED;
}

// Spreads decoded bytes or words into samples, components innermost.
static void spread(const uint8_t *from, int is_wide, int is_planar, const codec_extents *wanted,
    int32_t *samples) {
    const size_t pixels = (size_t)wanted->width * wanted->height, parts = wanted->components;
    for (size_t i = 0; i < pixels * parts; i++) {
        const size_t place = is_planar ? i % pixels * parts + i / pixels : i;
        uint16_t word = from[i];
        if (is_wide) memcpy(&word, from + 2 * i, 2);
        samples[place] = word;
    }
}

static codec_status decode(charls_jpegls_decoder *decoder, const uint8_t *bytes, size_t count,
    const codec_extents *wanted, int32_t *samples, char *message) {
    charls_frame_info frame = {0};
    charls_interleave_mode mode = CHARLS_INTERLEAVE_MODE_NONE;
    size_t size = 0;
    charls_jpegls_errc code = charls_jpegls_decoder_set_source_buffer(decoder, bytes, count);
    if (!code) code = charls_jpegls_decoder_read_header(decoder);
    if (!code) code = charls_jpegls_decoder_get_frame_info(decoder, &frame);
    if (!code) code = charls_jpegls_decoder_get_interleave_mode(decoder, &mode);
    if (code) return failure(code, message);
    if (frame.width != wanted->width || frame.height != wanted->height
        || frame.component_count != (int32_t)wanted->components || frame.bits_per_sample > 16)
        return codec_refuse(CODEC_DAMAGED, message, "the picture in it has other extents");
    code = charls_jpegls_decoder_get_destination_size(decoder, 0, &size);
    if (code) return failure(code, message);
    const int is_wide = frame.bits_per_sample > 8;
    const size_t parts = (size_t)wanted->width * wanted->height * wanted->components;
    if (size != parts * (is_wide ? 2 : 1))
        return codec_refuse(CODEC_DAMAGED, message, "the picture in it has other extents");
    uint8_t *decoded = malloc(size);
    if (!decoded) return CODEC_NO_MEMORY;
    code = charls_jpegls_decoder_decode_to_buffer(decoder, decoded, size, 0);
    if (!code)
        spread(decoded, is_wide, mode == CHARLS_INTERLEAVE_MODE_NONE && wanted->components > 1,
            wanted, samples);
    free(decoded);
    return code ? failure(code, message) : CODEC_OK;
}

int codec_has_jpegls(void) { return 1; }

codec_status codec_jpegls_decode(const uint8_t *bytes, size_t count, const codec_extents *wanted,
    int32_t *samples, char *message) {
    codec_say(message, "");
    charls_jpegls_decoder *decoder = charls_jpegls_decoder_create();
    if (!decoder) return CODEC_NO_MEMORY;
    const codec_status status = decode(decoder, bytes, count, wanted, samples, message);
    charls_jpegls_decoder_destroy(decoder);
    return status;
}

#else

int codec_has_jpegls(void) { return 0; }

codec_status codec_jpegls_decode(const uint8_t *bytes, size_t count, const codec_extents *wanted,
    int32_t *samples, char *message) {
    (void)bytes, (void)count, (void)wanted, (void)samples;
    return codec_refuse(CODEC_NO_LIBRARY, message, "CharLS");
}

#endif
