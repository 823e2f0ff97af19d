/* tests/tools/wavcorr.c - how alike two recordings are.
 *
 * layer: tests   thread: main   I/O: files
 *
 * The correlation at the best lag, over the whole of both: what one lacks counts against
 * it, silence around does not. 1 is the same sound, noise gives about 0.
 */
#include "tool.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fft(double complex *v, size_t n, bool back)
{
	for (size_t i = 1, j = 0; i < n; i++) {
		size_t bit = n >> 1;

		for (; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j) {
			double complex t = v[i];

			v[i] = v[j];
			v[j] = t;
		}
	}
	for (size_t len = 2; len <= n; len *= 2) {
		double complex step = cexp((back ? 2 : -2) * M_PI * I / (double)len);

		for (size_t at = 0; at < n; at += len) {
			double complex w = 1;

			for (size_t k = at; k < at + len / 2; k++, w *= step) {
				double complex a = v[k], b = v[k + len / 2] * w;

				v[k] = a + b;
				v[k + len / 2] = a - b;
			}
		}
	}
}

/* Without its mean; returns the energy. */
static double load(double complex *out, const struct wav *w)
{
	double mean = 0, energy = 0;

	for (size_t i = 0; i < w->n; i++)
		mean += w->v[i];
	mean /= w->n ? (double)w->n : 1;
	for (size_t i = 0; i < w->n; i++) {
		out[i] = w->v[i] - mean;
		energy += pow(w->v[i] - mean, 2);
	}
	return energy;
}

int main(int argc, char **argv)
{
	static struct opt o[] = {
		{ "least", NULL, "exit 1 when the correlation is below this", false,
		  false },
		{ 0 },
	};
	int rest = opts_parse(argc, argv, o,
			      "wavcorr [--least R] ORIGINAL.wav RECORDING.wav");
	const char *least = opt_str(o, "least");
	struct wav a, b;
	double complex *x, *y;
	double ea, eb, best = 0;
	size_t n = 1, at = 0;

	if (argc - rest != 2)
		die("wavcorr: two files, please");
	wav_read(&a, argv[rest]);
	wav_read(&b, argv[rest + 1]);
	while (n < a.n + b.n)
		n *= 2;
	x = calloc(n, sizeof(*x));
	y = calloc(n, sizeof(*y));
	if (!x || !y)
		die("out of memory");
	ea = load(x, &a);
	eb = load(y, &b);
	fft(x, n, false);
	fft(y, n, false);
	for (size_t i = 0; i < n; i++)
		x[i] = conj(x[i]) * y[i];
	fft(x, n, true);
	for (size_t i = 0; i < n; i++) {
		double r = ea > 0 && eb > 0 ? creal(x[i]) / (double)n / sqrt(ea * eb) : 0;

		if (r > best) {
			best = r;
			at = i;
		}
	}
	printf("{\"correlation\":%.4f,\"lag_ms\":%.1f,\"original_s\":%.3f,\"recording_"
	       "s\":%.3f}\n",
	       best, (at > n / 2 ? (double)at - (double)n : (double)at) * 1000 / RATE,
	       (double)a.n / RATE, (double)b.n / RATE);
	free(x);
	free(y);
	free(a.v);
	free(b.v);
	return least && best < atof(least);
}
