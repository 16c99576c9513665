/* Stand-ins for the CUDA libraries that ONNX Runtime asks for, so that its real CUDA provider loads where there is no
   GPU. Device memory is host memory; kernels are counted and not run. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <pthread.h>
#include <sys/mman.h>
#include "driver_types.h"
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { const char *name; long n; } counts[400];
static int used;
static long live, peak, h2d, d2h, copies_h2d, copies_d2h;
static struct { void *p; size_t n; } blocks[100000];
static int nblocks;
void standin_count(const char *name) {
  pthread_mutex_lock(&lock);
  int i = 0;
  while (i < used && strcmp(counts[i].name, name)) i++;
  if (i == used) { counts[used++].name = strdup(name); }
  counts[i].n++;
  pthread_mutex_unlock(&lock);
}
/* Set by the test:
   STANDIN_REPORT=FILE       what was counted is written there when the process ends, a name and a number a line
   STANDIN_BYTES=N           device memory, 80 GiB if not set
   STANDIN_COUNT_ERROR=N     what cudaGetDeviceCount returns: 35 for an old driver, 100 for no device
   STANDIN_LOSE_AFTER=N      kernels after which the device is lost: from then on each call fails with error 700 */
static long setting(const char *name, long otherwise) { const char *s = getenv(name); return s ? atol(s) : otherwise; }
static long launched;
static int lost(void) { long after = setting("STANDIN_LOSE_AFTER", -1); return after >= 0 && launched > after; }
__attribute__((destructor)) static void report(void) {
  const char *file = getenv("STANDIN_REPORT");
  FILE *out = file ? fopen(file, "w") : 0;
  if (!out) return;
  for (int i = 0; i < used; i++) fprintf(out, "%s %ld\n", counts[i].name, counts[i].n);
  fprintf(out, "host-to-device %ld\nhost-to-device-bytes %ld\ndevice-to-host %ld\ndevice-to-host-bytes %ld\npeak-bytes %ld\n", copies_h2d, h2d, copies_d2h, d2h, peak);
  fclose(out);
}
/* Kernels do not run, so results are blank, which the product refuses. Garbage that differs from pixel to pixel is not. */
static void garbage(unsigned char *d, size_t n) {
  for (size_t i = 0; i < n; i++) if (d[i]) return;
  for (size_t i = 0; i < n; i++) d[i] = (unsigned char)(i * 2654435761u >> 13);
}
static void *take(size_t n, int dev) {
  void *p = mmap(0, n ? n : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  pthread_mutex_lock(&lock);
  blocks[nblocks].p = p; blocks[nblocks++].n = dev ? n : 0;
  if (dev) { live += n; if (live > peak) peak = live; }
  pthread_mutex_unlock(&lock);
  return p;
}
static void give(void *p) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < nblocks; i++) if (blocks[i].p == p) { live -= blocks[i].n; if (blocks[i].n) munmap(p, blocks[i].n); blocks[i] = blocks[--nblocks]; break; }
  pthread_mutex_unlock(&lock);
}
static long limit(void) { return setting("STANDIN_BYTES", 80L << 30); }
int cudaMalloc(void **p, size_t n) {
  standin_count("cudaMalloc");
  if (lost()) return 700;
  if (live + (long)n > limit()) return 2;
  *p = take(n, 1); return 0; }
int cudaMallocAsync(void **p, size_t n, void *s) { return cudaMalloc(p, n); }
int cudaMallocFromPoolAsync(void **p, size_t n, void *pool, void *s) { return cudaMalloc(p, n); }
int cudaFree(void *p) { standin_count("cudaFree"); give(p); return 0; }
int cudaFreeAsync(void *p, void *s) { give(p); return 0; }
int cudaMallocHost(void **p, size_t n) { *p = take(n, 0); return 0; }
int cudaHostAlloc(void **p, size_t n, unsigned f) { *p = take(n, 0); return 0; }
int cudaFreeHost(void *p) { give(p); return 0; }
static void copied(size_t n, int kind) {
  pthread_mutex_lock(&lock);
  if (kind == 1) { h2d += n; copies_h2d++; } else if (kind == 2) { d2h += n; copies_d2h++; }
  pthread_mutex_unlock(&lock);
}
int cudaMemcpy(void *d, const void *s, size_t n, int kind) { if (lost()) return 700; memcpy(d, s, n); if (kind == 2) garbage(d, n); copied(n, kind); standin_count("cudaMemcpy"); return 0; }
int cudaMemcpyAsync(void *d, const void *s, size_t n, int kind, void *st) { if (lost()) return 700; memcpy(d, s, n); if (kind == 2) garbage(d, n); copied(n, kind); standin_count("cudaMemcpyAsync"); return 0; }
int cudaMemset(void *d, int v, size_t n) { standin_count("cudaMemset"); return 0; }
int cudaMemsetAsync(void *d, int v, size_t n, void *s) { standin_count("cudaMemsetAsync"); return 0; }
int cudaMemGetInfo(size_t *f, size_t *t) { *t = limit(); *f = limit() - live; return 0; }
int cudaGetDeviceCount(int *n) { *n = 1; return setting("STANDIN_COUNT_ERROR", 0); }
int cudaGetDevice(int *n) { *n = 0; return 0; }
int cudaSetDevice(int n) { return n == 0 ? 0 : 101; }
int cudaDriverGetVersion(int *v) { *v = 13000; return 0; }
int cudaRuntimeGetVersion(int *v) { *v = 13000; return 0; }
const char *cudaGetErrorString(int e) { return e == 35 ? "CUDA driver version is insufficient for CUDA runtime version" : e == 100 ? "no CUDA-capable device is detected" : e == 700 ? "an illegal memory access was encountered" : e == 2 ? "out of memory" : e == 101 ? "invalid device ordinal" : "error of a stand-in"; }
const char *cudaGetErrorName(int e) { return e == 2 ? "cudaErrorMemoryAllocation" : e == 101 ? "cudaErrorInvalidDevice" : "stand-in"; }
int cudaGetDeviceProperties(struct cudaDeviceProp *p, int d) {
  memset(p, 0, sizeof *p);
  strcpy(p->name, "stand-in");
  p->totalGlobalMem = 80L << 30; p->sharedMemPerBlock = 49152; p->regsPerBlock = 65536; p->warpSize = 32;
  p->maxThreadsPerBlock = 1024; p->maxThreadsDim[0] = p->maxThreadsDim[1] = 1024; p->maxThreadsDim[2] = 64;
  p->maxGridSize[0] = 2147483647; p->maxGridSize[1] = p->maxGridSize[2] = 65535; p->totalConstMem = 65536;
  p->major = 9; p->minor = 0; p->multiProcessorCount = 132; p->maxThreadsPerMultiProcessor = 2048;
  p->sharedMemPerMultiprocessor = 233472; p->sharedMemPerBlockOptin = 232448; p->regsPerMultiprocessor = 65536; p->l2CacheSize = 50 << 20;
  return 0;
}
int cudaDeviceGetAttribute(int *v, int a, int d) {
  switch (a) { case 75: *v = 9; break; case 76: *v = 0; break; case 16: *v = 132; break; case 1: *v = 1024; break; case 10: *v = 32; break;
    case 97: *v = 232448; break; case 8: *v = 49152; break; case 81: *v = 233472; break; case 39: *v = 2048; break; case 5: *v = 2147483647; break; default: *v = 1; }
  return 0; }
int cudaStreamCreateWithFlags(void **s, unsigned f) { *s = malloc(8); standin_count("cudaStreamCreateWithFlags"); return 0; }
int cudaStreamCreate(void **s) { *s = malloc(8); return 0; }
int cudaEventCreate(void **s) { *s = malloc(8); return 0; }
int cudaEventCreateWithFlags(void **s, unsigned f) { *s = malloc(8); return 0; }
int cudaEventElapsedTime(float *f, void *a, void *b) { *f = 1; return 0; }
int cudaStreamSynchronize(void *s) { standin_count("cudaStreamSynchronize"); return lost() ? 700 : 0; }
int cudaDeviceSynchronize(void) { standin_count("cudaDeviceSynchronize"); return 0; }
int cudaStreamIsCapturing(void *s, int *v) { *v = 0; return 0; }
int cudaLaunchKernel(const void *f, dim3 g, dim3 b, void **a, size_t m, void *s) { standin_count("cudaLaunchKernel"); launched++; return lost() ? 700 : 0; }
int __cudaLaunchKernel(void *f, dim3 g, dim3 b, void **a, size_t m, void *s) { standin_count("kernel launches"); launched++; return lost() ? 700 : 0; }
int __cudaGetKernel(void **k, const void *f) { *k = (void *)f; return 0; }
int cudaLaunchKernelExC(const void *c, const void *f, void **a) { standin_count("cudaLaunchKernelExC"); launched++; return lost() ? 700 : 0; }
void **__cudaRegisterFatBinary(void *p) { static void *h[1]; return h; }
void __cudaRegisterFatBinaryEnd(void **h) {}
void __cudaUnregisterFatBinary(void **h) {}
void __cudaRegisterFunction() {}
void __cudaRegisterVar() {}
static __thread struct { dim3 g, b; size_t m; void *s; } cfg;
unsigned __cudaPushCallConfiguration(dim3 g, dim3 b, size_t m, void *s) { cfg.g = g; cfg.b = b; cfg.m = m; cfg.s = s; return 0; }
int __cudaPopCallConfiguration(dim3 *g, dim3 *b, size_t *m, void *s) { *g = cfg.g; *b = cfg.b; *m = cfg.m; *(void **)s = cfg.s; return 0; }
int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *n, const void *f, int b, size_t m, unsigned fl) { *n = 2; return 0; }
int cudaFuncGetAttributes(struct cudaFuncAttributes *a, const void *f) { memset(a, 0, sizeof *a); a->maxThreadsPerBlock = 1024; a->numRegs = 32; a->binaryVersion = 90; a->ptxVersion = 90; return 0; }
int cudaGetDriverEntryPointByVersion(const char *n, void **f, unsigned v, unsigned long long fl, int *r) { *f = 0; if (r) *r = 1; return 0; }
int cudaLaunchHostFunc(void *s, void (*f)(void *), void *d) { f(d); return 0; }
int cudaEventDestroy() { return 0; }
int cudaEventRecord() { return 0; }
int cudaEventSynchronize() { return 0; }
int cudaFuncSetAttribute() { return 0; }
int cudaGetLastError() { return lost() ? 700 : 0; }
int cudaGraphDestroy() { return 0; }
int cudaGraphExecDestroy() { return 0; }
int cudaGraphInstantiate() { return 0; }
int cudaGraphLaunch() { return 0; }
int cudaKernelSetAttributeForDevice() { return 0; }
int cudaLibraryGetKernel() { return 0; }
int cudaLibraryLoadData() { return 0; }
int cudaLibraryUnload() { return 0; }
int cudaMemPoolCreate() { return 0; }
int cudaMemPoolDestroy() { return 0; }
int cudaMemPoolGetAttribute() { return 0; }
int cudaMemPoolSetAttribute() { return 0; }
int cudaMemPoolTrimTo() { return 0; }
int cudaMemcpy2DAsync() { return 0; }
int cudaMemcpyFromSymbol() { return 0; }
int cudaPeekAtLastError() { return lost() ? 700 : 0; }
int cudaStreamBeginCapture() { return 0; }
int cudaStreamDestroy() { return 0; }
int cudaStreamEndCapture() { return 0; }
int cudaStreamWaitEvent() { return 0; }
