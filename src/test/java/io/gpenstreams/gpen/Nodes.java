package io.gpenstreams.gpen;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;

/** Looks into models. */
final class Nodes {
  private Nodes() {}

  /** Of a model file. */
  static List<NodeProto> of(byte[] onnx) throws InvalidProtocolBufferException {
    return ModelProto.parseFrom(onnx).getGraph().getNodeList();
  }

  /** Those whose name has some part. */
  static List<NodeProto> named(byte[] onnx, String part) throws InvalidProtocolBufferException {
    return of(onnx).stream().filter(node -> node.getName().contains(part)).toList();
  }
}
