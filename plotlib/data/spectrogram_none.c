// Spectrograms in a build without kissfft: there are none.
#include <plotlib/base/message.h>
#include <plotlib/waterfall.h>

struct plt_spectrogram *plt_spectrogram_create(struct plt_series *source,
                                               const struct plt_spectrogram_params *params)
{
    plt_error(params ? params->log : NULL, GENERIC, "%s",
              "no spectrograms: built without kissfft");
    return NULL;
}

void plt_spectrogram_destroy(struct plt_spectrogram *spectrogram)
{
}

struct plt_image *plt_spectrogram_image(struct plt_spectrogram *spectrogram)
{
    return NULL;
}

struct plt_range plt_spectrogram_band(const struct plt_spectrogram *spectrogram)
{
    return (struct plt_range){0, 1};
}

bool plt_spectrogram_settle(struct plt_spectrogram *spectrogram)
{
    return false;
}
