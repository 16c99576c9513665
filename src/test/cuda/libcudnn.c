#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
extern void standin_count(const char *);
size_t cudnnGetVersion(void) { return 92400; }
size_t cudnnGetCudartVersion(void) { return 13000; }
const char *cudnnGetErrorString(int s) { return "stand-in"; }
void cudnnGetLastErrorString(char *m, size_t n) { if (n) m[0] = 0; }
int cudnnCreate(void **h) { *h = calloc(1, 64); standin_count("cudnnCreate"); return 0; }
int cudnnGetStream(void *h, void **s) { *s = 0; return 0; }
int cudnnCreateTensorDescriptor(void **d) { *d = calloc(1, 64); return 0; }
int cudnnCreateFilterDescriptor(void **d) { *d = calloc(1, 64); return 0; }
int cudnnCreateConvolutionDescriptor(void **d) { *d = calloc(1, 64); return 0; }
int cudnnCreatePoolingDescriptor(void **d) { *d = calloc(1, 64); return 0; }
int cudnnCreateReduceTensorDescriptor(void **d) { *d = calloc(1, 64); return 0; }
int cudnnGetReductionWorkspaceSize(void *h, void *r, void *a, void *b, size_t *n) { *n = 0; return 0; }
int cudnnGetReductionIndicesSize(void *h, void *r, void *a, void *b, size_t *n) { *n = 0; return 0; }
/* Backend: every heuristic knows one engine, which needs no workspace. */
struct d { int type; };
int cudnnBackendCreateDescriptor(int type, void **d) { *d = calloc(1, 256); ((struct d *)*d)->type = type; return 0; }
int cudnnBackendDestroyDescriptor(void *d) { free(d); return 0; }
int cudnnBackendInitialize(void *d) { return 0; }
int cudnnBackendSetAttribute(void *d, int name, int type, int64_t n, const void *a) { return 0; }
int cudnnBackendFinalize(void *d) {
  char text[64];
  snprintf(text, sizeof text, "cuDNN finalize of descriptor type %d", ((struct d *)d)->type);
  standin_count(text);
  return 0; }
int cudnnBackendExecute(void *h, void *p, void *v) { standin_count("cudnnBackendExecute"); return 0; }
int cudnnBackendGetAttribute(void *d, int name, int type, int64_t want, int64_t *n, void *a) {
  /* CUDNN_ATTR_ENGINEHEUR_RESULTS */
  if (name == 202) { if (n) *n = 1; return 0; }
  /* notes of engines: none */
  if (name == 302) { if (n) *n = 0; return 0; } /* knobs: none */
  if (want > 0 && a) {
    if (type == 23 /* INT32 */) { *(int *)a = 0; if (n) *n = 1; return 0; }
    if (type == 3 /* INT64 */) { *(int64_t *)a = 0; if (n) *n = 1; return 0; }
    if (type == 15 /* BACKEND_DESCRIPTOR */) { if (n) *n = 1; return 0; }
  }
  if (n) *n = 0;
  return 0; }
int cudnnActivationBackward() { standin_count("cudnnActivationBackward"); return 0; }
int cudnnActivationForward() { standin_count("cudnnActivationForward"); return 0; }
int cudnnAddTensor() { standin_count("cudnnAddTensor"); return 0; }
int cudnnAdvVersionCheck() { standin_count("cudnnAdvVersionCheck"); return 0; }
int cudnnB2BCausalConv1dBackward() { standin_count("cudnnB2BCausalConv1dBackward"); return 0; }
int cudnnB2BCausalConv1dForward() { standin_count("cudnnB2BCausalConv1dForward"); return 0; }
int cudnnBackendPopulateCudaGraph() { standin_count("cudnnBackendPopulateCudaGraph"); return 0; }
int cudnnBackendUpdateCudaGraph() { standin_count("cudnnBackendUpdateCudaGraph"); return 0; }
int cudnnBatchNormalizationBackward() { standin_count("cudnnBatchNormalizationBackward"); return 0; }
int cudnnBatchNormalizationBackwardEx() { standin_count("cudnnBatchNormalizationBackwardEx"); return 0; }
int cudnnBatchNormalizationForwardInference() { standin_count("cudnnBatchNormalizationForwardInference"); return 0; }
int cudnnBatchNormalizationForwardTraining() { standin_count("cudnnBatchNormalizationForwardTraining"); return 0; }
int cudnnBatchNormalizationForwardTrainingEx() { standin_count("cudnnBatchNormalizationForwardTrainingEx"); return 0; }
int cudnnBuildRNNDynamic() { standin_count("cudnnBuildRNNDynamic"); return 0; }
int cudnnCTCLoss() { standin_count("cudnnCTCLoss"); return 0; }
int cudnnCTCLoss_v8() { standin_count("cudnnCTCLoss_v8"); return 0; }
int cudnnCausalConv1dBackward() { standin_count("cudnnCausalConv1dBackward"); return 0; }
int cudnnCausalConv1dForward() { standin_count("cudnnCausalConv1dForward"); return 0; }
int cudnnCausalConv1dNwhBackward() { standin_count("cudnnCausalConv1dNwhBackward"); return 0; }
int cudnnCausalConv1dNwhForward() { standin_count("cudnnCausalConv1dNwhForward"); return 0; }
int cudnnCnnVersionCheck() { standin_count("cudnnCnnVersionCheck"); return 0; }
int cudnnConvolutionBackwardBias() { standin_count("cudnnConvolutionBackwardBias"); return 0; }
int cudnnConvolutionBackwardData() { standin_count("cudnnConvolutionBackwardData"); return 0; }
int cudnnConvolutionBackwardFilter() { standin_count("cudnnConvolutionBackwardFilter"); return 0; }
int cudnnConvolutionBiasActivationForward() { standin_count("cudnnConvolutionBiasActivationForward"); return 0; }
int cudnnConvolutionForward() { standin_count("cudnnConvolutionForward"); return 0; }
int cudnnCreateActivationDescriptor() { standin_count("cudnnCreateActivationDescriptor"); return 0; }
int cudnnCreateAttnDescriptor() { standin_count("cudnnCreateAttnDescriptor"); return 0; }
int cudnnCreateCTCLossDescriptor() { standin_count("cudnnCreateCTCLossDescriptor"); return 0; }
int cudnnCreateDropoutDescriptor() { standin_count("cudnnCreateDropoutDescriptor"); return 0; }
int cudnnCreateFusedOpsConstParamPack() { standin_count("cudnnCreateFusedOpsConstParamPack"); return 0; }
int cudnnCreateFusedOpsPlan() { standin_count("cudnnCreateFusedOpsPlan"); return 0; }
int cudnnCreateFusedOpsVariantParamPack() { standin_count("cudnnCreateFusedOpsVariantParamPack"); return 0; }
int cudnnCreateLRNDescriptor() { standin_count("cudnnCreateLRNDescriptor"); return 0; }
int cudnnCreateOpTensorDescriptor() { standin_count("cudnnCreateOpTensorDescriptor"); return 0; }
int cudnnCreateRNNDataDescriptor() { standin_count("cudnnCreateRNNDataDescriptor"); return 0; }
int cudnnCreateRNNDescriptor() { standin_count("cudnnCreateRNNDescriptor"); return 0; }
int cudnnCreateSeqDataDescriptor() { standin_count("cudnnCreateSeqDataDescriptor"); return 0; }
int cudnnCreateSpatialTransformerDescriptor() { standin_count("cudnnCreateSpatialTransformerDescriptor"); return 0; }
int cudnnCreateTensorTransformDescriptor() { standin_count("cudnnCreateTensorTransformDescriptor"); return 0; }
int cudnnDeriveBNTensorDescriptor() { standin_count("cudnnDeriveBNTensorDescriptor"); return 0; }
int cudnnDeriveNormTensorDescriptor() { standin_count("cudnnDeriveNormTensorDescriptor"); return 0; }
int cudnnDestroy() { standin_count("cudnnDestroy"); return 0; }
int cudnnDestroyActivationDescriptor() { standin_count("cudnnDestroyActivationDescriptor"); return 0; }
int cudnnDestroyAttnDescriptor() { standin_count("cudnnDestroyAttnDescriptor"); return 0; }
int cudnnDestroyCTCLossDescriptor() { standin_count("cudnnDestroyCTCLossDescriptor"); return 0; }
int cudnnDestroyConvolutionDescriptor() { standin_count("cudnnDestroyConvolutionDescriptor"); return 0; }
int cudnnDestroyDropoutDescriptor() { standin_count("cudnnDestroyDropoutDescriptor"); return 0; }
int cudnnDestroyFilterDescriptor() { standin_count("cudnnDestroyFilterDescriptor"); return 0; }
int cudnnDestroyFusedOpsConstParamPack() { standin_count("cudnnDestroyFusedOpsConstParamPack"); return 0; }
int cudnnDestroyFusedOpsPlan() { standin_count("cudnnDestroyFusedOpsPlan"); return 0; }
int cudnnDestroyFusedOpsVariantParamPack() { standin_count("cudnnDestroyFusedOpsVariantParamPack"); return 0; }
int cudnnDestroyLRNDescriptor() { standin_count("cudnnDestroyLRNDescriptor"); return 0; }
int cudnnDestroyOpTensorDescriptor() { standin_count("cudnnDestroyOpTensorDescriptor"); return 0; }
int cudnnDestroyPoolingDescriptor() { standin_count("cudnnDestroyPoolingDescriptor"); return 0; }
int cudnnDestroyRNNDataDescriptor() { standin_count("cudnnDestroyRNNDataDescriptor"); return 0; }
int cudnnDestroyRNNDescriptor() { standin_count("cudnnDestroyRNNDescriptor"); return 0; }
int cudnnDestroyReduceTensorDescriptor() { standin_count("cudnnDestroyReduceTensorDescriptor"); return 0; }
int cudnnDestroySeqDataDescriptor() { standin_count("cudnnDestroySeqDataDescriptor"); return 0; }
int cudnnDestroySpatialTransformerDescriptor() { standin_count("cudnnDestroySpatialTransformerDescriptor"); return 0; }
int cudnnDestroyTensorDescriptor() { standin_count("cudnnDestroyTensorDescriptor"); return 0; }
int cudnnDestroyTensorTransformDescriptor() { standin_count("cudnnDestroyTensorTransformDescriptor"); return 0; }
int cudnnDivisiveNormalizationBackward() { standin_count("cudnnDivisiveNormalizationBackward"); return 0; }
int cudnnDivisiveNormalizationForward() { standin_count("cudnnDivisiveNormalizationForward"); return 0; }
int cudnnDropoutBackward() { standin_count("cudnnDropoutBackward"); return 0; }
int cudnnDropoutForward() { standin_count("cudnnDropoutForward"); return 0; }
int cudnnDropoutGetReserveSpaceSize() { standin_count("cudnnDropoutGetReserveSpaceSize"); return 0; }
int cudnnDropoutGetStatesSize() { standin_count("cudnnDropoutGetStatesSize"); return 0; }
int cudnnFindConvolutionBackwardDataAlgorithm() { standin_count("cudnnFindConvolutionBackwardDataAlgorithm"); return 0; }
int cudnnFindConvolutionBackwardDataAlgorithmEx() { standin_count("cudnnFindConvolutionBackwardDataAlgorithmEx"); return 0; }
int cudnnFindConvolutionBackwardFilterAlgorithm() { standin_count("cudnnFindConvolutionBackwardFilterAlgorithm"); return 0; }
int cudnnFindConvolutionBackwardFilterAlgorithmEx() { standin_count("cudnnFindConvolutionBackwardFilterAlgorithmEx"); return 0; }
int cudnnFindConvolutionForwardAlgorithm() { standin_count("cudnnFindConvolutionForwardAlgorithm"); return 0; }
int cudnnFindConvolutionForwardAlgorithmEx() { standin_count("cudnnFindConvolutionForwardAlgorithmEx"); return 0; }
int cudnnFusedOpsExecute() { standin_count("cudnnFusedOpsExecute"); return 0; }
int cudnnGetActivationDescriptor() { standin_count("cudnnGetActivationDescriptor"); return 0; }
int cudnnGetActivationDescriptorSwishBeta() { standin_count("cudnnGetActivationDescriptorSwishBeta"); return 0; }
int cudnnGetAttnDescriptor() { standin_count("cudnnGetAttnDescriptor"); return 0; }
int cudnnGetBackdoor() { standin_count("cudnnGetBackdoor"); return 0; }
int cudnnGetBatchNormalizationBackwardExWorkspaceSize() { standin_count("cudnnGetBatchNormalizationBackwardExWorkspaceSize"); return 0; }
int cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize() { standin_count("cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize"); return 0; }
int cudnnGetBatchNormalizationTrainingExReserveSpaceSize() { standin_count("cudnnGetBatchNormalizationTrainingExReserveSpaceSize"); return 0; }
int cudnnGetCTCLossDescriptor() { standin_count("cudnnGetCTCLossDescriptor"); return 0; }
int cudnnGetCTCLossDescriptorEx() { standin_count("cudnnGetCTCLossDescriptorEx"); return 0; }
int cudnnGetCTCLossDescriptor_v8() { standin_count("cudnnGetCTCLossDescriptor_v8"); return 0; }
int cudnnGetCTCLossDescriptor_v9() { standin_count("cudnnGetCTCLossDescriptor_v9"); return 0; }
int cudnnGetCTCLossWorkspaceSize() { standin_count("cudnnGetCTCLossWorkspaceSize"); return 0; }
int cudnnGetCTCLossWorkspaceSize_v8() { standin_count("cudnnGetCTCLossWorkspaceSize_v8"); return 0; }
int cudnnGetCallback() { standin_count("cudnnGetCallback"); return 0; }
int cudnnGetConvolution2dDescriptor() { standin_count("cudnnGetConvolution2dDescriptor"); return 0; }
int cudnnGetConvolution2dForwardOutputDim() { standin_count("cudnnGetConvolution2dForwardOutputDim"); return 0; }
int cudnnGetConvolutionBackwardDataAlgorithmMaxCount() { standin_count("cudnnGetConvolutionBackwardDataAlgorithmMaxCount"); return 0; }
int cudnnGetConvolutionBackwardDataAlgorithm_v7() { standin_count("cudnnGetConvolutionBackwardDataAlgorithm_v7"); return 0; }
int cudnnGetConvolutionBackwardDataWorkspaceSize() { standin_count("cudnnGetConvolutionBackwardDataWorkspaceSize"); return 0; }
int cudnnGetConvolutionBackwardFilterAlgorithmMaxCount() { standin_count("cudnnGetConvolutionBackwardFilterAlgorithmMaxCount"); return 0; }
int cudnnGetConvolutionBackwardFilterAlgorithm_v7() { standin_count("cudnnGetConvolutionBackwardFilterAlgorithm_v7"); return 0; }
int cudnnGetConvolutionBackwardFilterWorkspaceSize() { standin_count("cudnnGetConvolutionBackwardFilterWorkspaceSize"); return 0; }
int cudnnGetConvolutionForwardAlgorithmMaxCount() { standin_count("cudnnGetConvolutionForwardAlgorithmMaxCount"); return 0; }
int cudnnGetConvolutionForwardAlgorithm_v7() { standin_count("cudnnGetConvolutionForwardAlgorithm_v7"); return 0; }
int cudnnGetConvolutionForwardWorkspaceSize() { standin_count("cudnnGetConvolutionForwardWorkspaceSize"); return 0; }
int cudnnGetConvolutionGroupCount() { standin_count("cudnnGetConvolutionGroupCount"); return 0; }
int cudnnGetConvolutionMathType() { standin_count("cudnnGetConvolutionMathType"); return 0; }
int cudnnGetConvolutionNdDescriptor() { standin_count("cudnnGetConvolutionNdDescriptor"); return 0; }
int cudnnGetConvolutionNdForwardOutputDim() { standin_count("cudnnGetConvolutionNdForwardOutputDim"); return 0; }
int cudnnGetConvolutionReorderType() { standin_count("cudnnGetConvolutionReorderType"); return 0; }
int cudnnGetDropoutDescriptor() { standin_count("cudnnGetDropoutDescriptor"); return 0; }
int cudnnGetExecutionPlanWorkspaceSize() { standin_count("cudnnGetExecutionPlanWorkspaceSize"); return 0; }
int cudnnGetFilter4dDescriptor() { standin_count("cudnnGetFilter4dDescriptor"); return 0; }
int cudnnGetFilterNdDescriptor() { standin_count("cudnnGetFilterNdDescriptor"); return 0; }
int cudnnGetFilterSizeInBytes() { standin_count("cudnnGetFilterSizeInBytes"); return 0; }
int cudnnGetFoldedConvBackwardDataDescriptors() { standin_count("cudnnGetFoldedConvBackwardDataDescriptors"); return 0; }
int cudnnGetFusedOpsConstParamPackAttribute() { standin_count("cudnnGetFusedOpsConstParamPackAttribute"); return 0; }
int cudnnGetFusedOpsVariantParamPackAttribute() { standin_count("cudnnGetFusedOpsVariantParamPackAttribute"); return 0; }
int cudnnGetLRNDescriptor() { standin_count("cudnnGetLRNDescriptor"); return 0; }
int cudnnGetMaxDeviceVersion() { standin_count("cudnnGetMaxDeviceVersion"); return 0; }
int cudnnGetMultiHeadAttnBuffers() { standin_count("cudnnGetMultiHeadAttnBuffers"); return 0; }
int cudnnGetMultiHeadAttnWeights() { standin_count("cudnnGetMultiHeadAttnWeights"); return 0; }
int cudnnGetNormalizationBackwardWorkspaceSize() { standin_count("cudnnGetNormalizationBackwardWorkspaceSize"); return 0; }
int cudnnGetNormalizationForwardTrainingWorkspaceSize() { standin_count("cudnnGetNormalizationForwardTrainingWorkspaceSize"); return 0; }
int cudnnGetNormalizationTrainingReserveSpaceSize() { standin_count("cudnnGetNormalizationTrainingReserveSpaceSize"); return 0; }
int cudnnGetOpTensorDescriptor() { standin_count("cudnnGetOpTensorDescriptor"); return 0; }
int cudnnGetPooling2dDescriptor() { standin_count("cudnnGetPooling2dDescriptor"); return 0; }
int cudnnGetPooling2dForwardOutputDim() { standin_count("cudnnGetPooling2dForwardOutputDim"); return 0; }
int cudnnGetPoolingNdDescriptor() { standin_count("cudnnGetPoolingNdDescriptor"); return 0; }
int cudnnGetPoolingNdForwardOutputDim() { standin_count("cudnnGetPoolingNdForwardOutputDim"); return 0; }
int cudnnGetProperty() { standin_count("cudnnGetProperty"); return 0; }
int cudnnGetRNNDataDescriptor() { standin_count("cudnnGetRNNDataDescriptor"); return 0; }
int cudnnGetRNNDescriptor_v8() { standin_count("cudnnGetRNNDescriptor_v8"); return 0; }
int cudnnGetRNNDropoutLocationsInternal() { standin_count("cudnnGetRNNDropoutLocationsInternal"); return 0; }
int cudnnGetRNNTempSpaceSizes() { standin_count("cudnnGetRNNTempSpaceSizes"); return 0; }
int cudnnGetRNNWeightParams() { standin_count("cudnnGetRNNWeightParams"); return 0; }
int cudnnGetRNNWeightSpaceSize() { standin_count("cudnnGetRNNWeightSpaceSize"); return 0; }
int cudnnGetReduceTensorDescriptor() { standin_count("cudnnGetReduceTensorDescriptor"); return 0; }
int cudnnGetSeqDataDescriptor() { standin_count("cudnnGetSeqDataDescriptor"); return 0; }
int cudnnGetTensor4dDescriptor() { standin_count("cudnnGetTensor4dDescriptor"); return 0; }
int cudnnGetTensorNdDescriptor() { standin_count("cudnnGetTensorNdDescriptor"); return 0; }
int cudnnGetTensorSizeInBytes() { standin_count("cudnnGetTensorSizeInBytes"); return 0; }
int cudnnGetTensorTransformDescriptor() { standin_count("cudnnGetTensorTransformDescriptor"); return 0; }
int cudnnGraphVersionCheck() { standin_count("cudnnGraphVersionCheck"); return 0; }
int cudnnIm2Col() { standin_count("cudnnIm2Col"); return 0; }
int cudnnInitTransformDest() { standin_count("cudnnInitTransformDest"); return 0; }
int cudnnLRNCrossChannelBackward() { standin_count("cudnnLRNCrossChannelBackward"); return 0; }
int cudnnLRNCrossChannelForward() { standin_count("cudnnLRNCrossChannelForward"); return 0; }
int cudnnMakeFusedOpsPlan() { standin_count("cudnnMakeFusedOpsPlan"); return 0; }
int cudnnMultiHeadAttnBackwardData() { standin_count("cudnnMultiHeadAttnBackwardData"); return 0; }
int cudnnMultiHeadAttnBackwardWeights() { standin_count("cudnnMultiHeadAttnBackwardWeights"); return 0; }
int cudnnMultiHeadAttnForward() { standin_count("cudnnMultiHeadAttnForward"); return 0; }
int cudnnNormalizationBackward() { standin_count("cudnnNormalizationBackward"); return 0; }
int cudnnNormalizationForwardInference() { standin_count("cudnnNormalizationForwardInference"); return 0; }
int cudnnNormalizationForwardTraining() { standin_count("cudnnNormalizationForwardTraining"); return 0; }
int cudnnOpTensor() { standin_count("cudnnOpTensor"); return 0; }
int cudnnOpsVersionCheck() { standin_count("cudnnOpsVersionCheck"); return 0; }
int cudnnPoolingBackward() { standin_count("cudnnPoolingBackward"); return 0; }
int cudnnPoolingForward() { standin_count("cudnnPoolingForward"); return 0; }
int cudnnQueryRuntimeError() { standin_count("cudnnQueryRuntimeError"); return 0; }
int cudnnRNNBackwardData_v8() { standin_count("cudnnRNNBackwardData_v8"); return 0; }
int cudnnRNNBackwardWeights_v8() { standin_count("cudnnRNNBackwardWeights_v8"); return 0; }
int cudnnRNNForward() { standin_count("cudnnRNNForward"); return 0; }
int cudnnRNNGetClip_v8() { standin_count("cudnnRNNGetClip_v8"); return 0; }
int cudnnRNNGetClip_v9() { standin_count("cudnnRNNGetClip_v9"); return 0; }
int cudnnRNNSetClip_v8() { standin_count("cudnnRNNSetClip_v8"); return 0; }
int cudnnRNNSetClip_v9() { standin_count("cudnnRNNSetClip_v9"); return 0; }
int cudnnReduceTensor() { standin_count("cudnnReduceTensor"); return 0; }
int cudnnReorderFilterAndBias() { standin_count("cudnnReorderFilterAndBias"); return 0; }
int cudnnRestoreDropoutDescriptor() { standin_count("cudnnRestoreDropoutDescriptor"); return 0; }
int cudnnScaleTensor() { standin_count("cudnnScaleTensor"); return 0; }
int cudnnSetActivationDescriptor() { standin_count("cudnnSetActivationDescriptor"); return 0; }
int cudnnSetActivationDescriptorSwishBeta() { standin_count("cudnnSetActivationDescriptorSwishBeta"); return 0; }
int cudnnSetAttnDescriptor() { standin_count("cudnnSetAttnDescriptor"); return 0; }
int cudnnSetBackdoor() { standin_count("cudnnSetBackdoor"); return 0; }
int cudnnSetBackdoorEx() { standin_count("cudnnSetBackdoorEx"); return 0; }
int cudnnSetCTCLossDescriptor() { standin_count("cudnnSetCTCLossDescriptor"); return 0; }
int cudnnSetCTCLossDescriptorEx() { standin_count("cudnnSetCTCLossDescriptorEx"); return 0; }
int cudnnSetCTCLossDescriptor_v8() { standin_count("cudnnSetCTCLossDescriptor_v8"); return 0; }
int cudnnSetCTCLossDescriptor_v9() { standin_count("cudnnSetCTCLossDescriptor_v9"); return 0; }
int cudnnSetCallback() { standin_count("cudnnSetCallback"); return 0; }
int cudnnSetConvolution2dDescriptor() { standin_count("cudnnSetConvolution2dDescriptor"); return 0; }
int cudnnSetConvolutionGroupCount() { standin_count("cudnnSetConvolutionGroupCount"); return 0; }
int cudnnSetConvolutionMathType() { standin_count("cudnnSetConvolutionMathType"); return 0; }
int cudnnSetConvolutionNdDescriptor() { standin_count("cudnnSetConvolutionNdDescriptor"); return 0; }
int cudnnSetConvolutionReorderType() { standin_count("cudnnSetConvolutionReorderType"); return 0; }
int cudnnSetDropoutDescriptor() { standin_count("cudnnSetDropoutDescriptor"); return 0; }
int cudnnSetFilter4dDescriptor() { standin_count("cudnnSetFilter4dDescriptor"); return 0; }
int cudnnSetFilterNdDescriptor() { standin_count("cudnnSetFilterNdDescriptor"); return 0; }
int cudnnSetFusedOpsConstParamPackAttribute() { standin_count("cudnnSetFusedOpsConstParamPackAttribute"); return 0; }
int cudnnSetFusedOpsVariantParamPackAttribute() { standin_count("cudnnSetFusedOpsVariantParamPackAttribute"); return 0; }
int cudnnSetLRNDescriptor() { standin_count("cudnnSetLRNDescriptor"); return 0; }
int cudnnSetOpTensorDescriptor() { standin_count("cudnnSetOpTensorDescriptor"); return 0; }
int cudnnSetPooling2dDescriptor() { standin_count("cudnnSetPooling2dDescriptor"); return 0; }
int cudnnSetPoolingNdDescriptor() { standin_count("cudnnSetPoolingNdDescriptor"); return 0; }
int cudnnSetRNNDataDescriptor() { standin_count("cudnnSetRNNDataDescriptor"); return 0; }
int cudnnSetRNNDescriptor_v8() { standin_count("cudnnSetRNNDescriptor_v8"); return 0; }
int cudnnSetReduceTensorDescriptor() { standin_count("cudnnSetReduceTensorDescriptor"); return 0; }
int cudnnSetSeqDataDescriptor() { standin_count("cudnnSetSeqDataDescriptor"); return 0; }
int cudnnSetSpatialTransformerNdDescriptor() { standin_count("cudnnSetSpatialTransformerNdDescriptor"); return 0; }
int cudnnSetStream() { standin_count("cudnnSetStream"); return 0; }
int cudnnSetTensor() { standin_count("cudnnSetTensor"); return 0; }
int cudnnSetTensor4dDescriptor() { standin_count("cudnnSetTensor4dDescriptor"); return 0; }
int cudnnSetTensor4dDescriptorEx() { standin_count("cudnnSetTensor4dDescriptorEx"); return 0; }
int cudnnSetTensorNdDescriptor() { standin_count("cudnnSetTensorNdDescriptor"); return 0; }
int cudnnSetTensorNdDescriptorEx() { standin_count("cudnnSetTensorNdDescriptorEx"); return 0; }
int cudnnSetTensorTransformDescriptor() { standin_count("cudnnSetTensorTransformDescriptor"); return 0; }
int cudnnSoftmaxBackward() { standin_count("cudnnSoftmaxBackward"); return 0; }
int cudnnSoftmaxForward() { standin_count("cudnnSoftmaxForward"); return 0; }
int cudnnSpatialTfGridGeneratorBackward() { standin_count("cudnnSpatialTfGridGeneratorBackward"); return 0; }
int cudnnSpatialTfGridGeneratorForward() { standin_count("cudnnSpatialTfGridGeneratorForward"); return 0; }
int cudnnSpatialTfSamplerBackward() { standin_count("cudnnSpatialTfSamplerBackward"); return 0; }
int cudnnSpatialTfSamplerForward() { standin_count("cudnnSpatialTfSamplerForward"); return 0; }
int cudnnSubquadraticOpsVersionCheck() { standin_count("cudnnSubquadraticOpsVersionCheck"); return 0; }
int cudnnTransformFilter() { standin_count("cudnnTransformFilter"); return 0; }
int cudnnTransformTensor() { standin_count("cudnnTransformTensor"); return 0; }
int cudnnTransformTensorEx() { standin_count("cudnnTransformTensorEx"); return 0; }
