// Makes the demo's signal: harmonics of a shaft that speeds up and slows down, louder where
// they meet a resonance, impacts that ring, noise; and its power over time and frequency.
#include "signal.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 1000, TONES = 6, FFT = 2 * SPECTRUM_ROWS, PARTS = 4 };

#define PI 3.14159265358979323846

static double smooth(double t, double from, double to)
{
    double u = fmin(fmax((t - from) / (to - from), 0), 1);
    return u * u * (3 - 2 * u);
}

static double shaft_hz(double t)
{
    return 300 + 7200 * smooth(t, 4, 58) - 5200 * smooth(t, 66, 97) + 25 * sin(0.9 * t);
}

// How much louder the structure makes a tone of this frequency.
static double resonance(double hz)
{
    static const double peaks[][3] = {{5200, 350, 9}, {13800, 700, 6}, {26500, 900, 5}};
    double gain = 1;
    for (int i = 0; i < 3; i++) {
        double d = (hz - peaks[i][0]) / peaks[i][1];
        gain += peaks[i][2] / (1 + d * d);
    }
    return gain;
}

struct tone {
    double re, im;    // the oscillator, turned once a sample
    double amplitude; // now
    double turn_re, turn_im;
};

// Frequency and amplitude of each tone hold for one block; only the phase runs on.
static void tune(struct tone *tones, double t)
{
    static const double order[TONES - 1] = {1, 2, 3, 4, 6.4};
    static const double level[TONES - 1] = {0.55, 0.3, 0.2, 0.12, 0.08};
    for (int i = 0; i < TONES; i++) {
        double hz = i < TONES - 1 ? order[i] * shaft_hz(t) : 20500;
        struct tone *tone = &tones[i];
        double size = hypot(tone->re, tone->im); // 1, but for rounding
        tone->re /= size;
        tone->im /= size;
        tone->turn_re = cos(2 * PI * hz / SIGNAL_RATE_HZ);
        tone->turn_im = sin(2 * PI * hz / SIGNAL_RATE_HZ);
        if (i < TONES - 1) // nothing above half the rate
            tone->amplitude = level[i] * resonance(hz) * (1 - smooth(hz, 44e3, 49e3));
        else // an impact every 6.1 s, ringing for a while
            tone->amplitude = 9 * exp(-9 * fmod(t + 3, 6.1)) * smooth(t, 20, 40);
    }
}

void signal_make(float *samples)
{
    struct tone tones[TONES];
    for (int i = 0; i < TONES; i++)
        tones[i] = (struct tone){.re = 1};
    unsigned random = 1;
    for (size_t block = 0; block < SIGNAL_SAMPLES / BLOCK; block++) {
        double t = (double)block * BLOCK / SIGNAL_RATE_HZ;
        double hiss = 0.25 + 0.5 * smooth(t, 10, 60) - 0.4 * smooth(t, 66, 97);
        tune(tones, t);
        for (size_t k = 0; k < BLOCK; k++) {
            random = random * 1664525u + 1013904223u;
            double sum = hiss * ((double)(random >> 8) / (1 << 24) - 0.5);
            for (int i = 0; i < TONES; i++) {
                struct tone *tone = &tones[i];
                double re = tone->re * tone->turn_re - tone->im * tone->turn_im;
                tone->im = tone->re * tone->turn_im + tone->im * tone->turn_re;
                tone->re = re;
                sum += tone->amplitude * tone->im;
            }
            *samples++ = (float)sum;
        }
    }
}

// In place, radix 2, decimation in time (Cooley & Tukey 1965). twiddle[FFT / 2][2].
static void fft(double (*z)[2], double (*twiddle)[2])
{
    for (size_t i = 1, j = 0; i < FFT; i++) {
        size_t bit = FFT >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            double re = z[i][0], im = z[i][1];
            z[i][0] = z[j][0], z[i][1] = z[j][1];
            z[j][0] = re, z[j][1] = im;
        }
    }
    for (size_t half = 1; half < FFT; half *= 2) {
        for (size_t i = 0; i < FFT; i++) {
            if (i & half)
                continue;
            const double *w = twiddle[(i & (half - 1)) * (FFT / 2 / half)];
            double *a = z[i], *b = z[i + half];
            double re = b[0] * w[0] - b[1] * w[1], im = b[0] * w[1] + b[1] * w[0];
            b[0] = a[0] - re, b[1] = a[1] - im;
            a[0] += re, a[1] += im;
        }
    }
}

// Adds the power of one piece of the signal, under a Hann window.
static void add_power(const float *samples, double (*z)[2], double (*twiddle)[2],
                      double *power)
{
    for (size_t i = 0; i < FFT; i++) {
        double wave = twiddle[i % (FFT / 2)][0] * (i < FFT / 2 ? 1 : -1);
        z[i][0] = samples[i] * (0.5 - 0.5 * wave);
        z[i][1] = 0;
    }
    fft(z, twiddle);
    for (size_t row = 0; row < SPECTRUM_ROWS; row++)
        power[row] +=
            (z[row][0] * z[row][0] + z[row][1] * z[row][1]) * 16 / FFT / FFT / PARTS;
}

bool signal_spectrogram(const float *samples, float *decibels)
{
    double(*z)[2] = malloc(FFT * sizeof(*z));
    double(*twiddle)[2] = malloc(FFT / 2 * sizeof(*twiddle));
    bool ok = z && twiddle;
    for (size_t i = 0; ok && i < FFT / 2; i++) {
        twiddle[i][0] = cos(2 * PI * (double)i / FFT);
        twiddle[i][1] = -sin(2 * PI * (double)i / FFT);
    }
    const size_t hop = SIGNAL_SAMPLES / SPECTRUM_COLUMNS;
    for (size_t column = 0; ok && column < SPECTRUM_COLUMNS; column++) {
        double power[SPECTRUM_ROWS] = {0};
        for (size_t part = 0; part < PARTS; part++)
            add_power(samples + column * hop + part * FFT, z, twiddle, power);
        for (size_t row = 0; row < SPECTRUM_ROWS; row++)
            decibels[row * SPECTRUM_COLUMNS + column] =
                (float)(10 * log10(power[row] + 1e-12));
    }
    free(z);
    free(twiddle);
    return ok;
}
