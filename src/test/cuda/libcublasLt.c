extern void standin_count(const char*);
#include <stdlib.h>
int cublasLtCreate(void **h) { *h = malloc(64); return 0; }
int cublasLtDestroy() { standin_count("cublasLtDestroy"); return 0; }
int cublasLtMatmul() { standin_count("cublasLtMatmul"); return 0; }
int cublasLtMatmulAlgoConfigSetAttribute() { standin_count("cublasLtMatmulAlgoConfigSetAttribute"); return 0; }
int cublasLtMatmulAlgoGetHeuristic() { standin_count("cublasLtMatmulAlgoGetHeuristic"); return 0; }
int cublasLtMatmulAlgoInit() { standin_count("cublasLtMatmulAlgoInit"); return 0; }
int cublasLtMatmulDescCreate() { standin_count("cublasLtMatmulDescCreate"); return 0; }
int cublasLtMatmulDescDestroy() { standin_count("cublasLtMatmulDescDestroy"); return 0; }
int cublasLtMatmulDescSetAttribute() { standin_count("cublasLtMatmulDescSetAttribute"); return 0; }
int cublasLtMatmulPreferenceCreate() { standin_count("cublasLtMatmulPreferenceCreate"); return 0; }
int cublasLtMatmulPreferenceDestroy() { standin_count("cublasLtMatmulPreferenceDestroy"); return 0; }
int cublasLtMatmulPreferenceSetAttribute() { standin_count("cublasLtMatmulPreferenceSetAttribute"); return 0; }
int cublasLtMatrixLayoutCreate() { standin_count("cublasLtMatrixLayoutCreate"); return 0; }
int cublasLtMatrixLayoutDestroy() { standin_count("cublasLtMatrixLayoutDestroy"); return 0; }
int cublasLtMatrixLayoutSetAttribute() { standin_count("cublasLtMatrixLayoutSetAttribute"); return 0; }
int cublasLtMatrixTransform() { standin_count("cublasLtMatrixTransform"); return 0; }
int cublasLtMatrixTransformDescCreate() { standin_count("cublasLtMatrixTransformDescCreate"); return 0; }
int cublasLtMatrixTransformDescDestroy() { standin_count("cublasLtMatrixTransformDescDestroy"); return 0; }
