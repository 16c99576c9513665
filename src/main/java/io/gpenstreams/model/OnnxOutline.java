package io.gpenstreams.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;

/**
 * A model without the numbers of its large initialisers, which make up nearly all of a large file.
 * Small initialisers stay, because they determine the shapes of values.
 */
final class OnnxOutline {
  private static final int SMALL = 1024;

  private final CodedInputStream in;

  private OnnxOutline(CodedInputStream in) {
    this.in = in;
  }

  /**
   * Reads a file to its end. It skips numbers, but checks that they are well-formed.
   *
   * @throws InvalidProtocolBufferException if the file is not well-formed
   */
  static ModelProto read(InputStream in) throws IOException {
    CodedInputStream coded = CodedInputStream.newInstance(in, 1 << 16);
    ByteString outline = new OnnxOutline(coded).message(OnnxOutline::model);
    return ModelProto.parseFrom(outline);
  }

  /** Decides about one field: it is kept, or replaced. */
  private interface Field {
    boolean read(OnnxOutline outline, int tag, UnknownFieldSet.Builder kept) throws IOException;
  }

  private ByteString message(Field field) throws IOException {
    UnknownFieldSet.Builder kept = UnknownFieldSet.newBuilder();
    int tag = in.readTag();
    while (tag != 0 && field.read(this, tag, kept)) {
      tag = in.readTag();
    }
    in.checkLastTagWas(0);
    return kept.build().toByteString();
  }

  private boolean model(int tag, UnknownFieldSet.Builder kept) throws IOException {
    return isMessage(tag, ModelProto.GRAPH_FIELD_NUMBER)
        ? nested(tag, kept, OnnxOutline::graph)
        : kept.mergeFieldFrom(tag, in);
  }

  private boolean graph(int tag, UnknownFieldSet.Builder kept) throws IOException {
    return isMessage(tag, GraphProto.INITIALIZER_FIELD_NUMBER)
        ? nested(tag, kept, OnnxOutline::tensor)
        : kept.mergeFieldFrom(tag, in);
  }

  private boolean tensor(int tag, UnknownFieldSet.Builder kept) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      return kept.mergeFieldFrom(tag, in);
    }
    switch (WireFormat.getTagFieldNumber(tag)) {
      case TensorProto.RAW_DATA_FIELD_NUMBER -> rawData(kept);
      case TensorProto.FLOAT_DATA_FIELD_NUMBER -> skipAll(() -> in.skipRawBytes(Float.BYTES));
      case TensorProto.DOUBLE_DATA_FIELD_NUMBER -> skipAll(() -> in.skipRawBytes(Double.BYTES));
      case TensorProto.INT32_DATA_FIELD_NUMBER,
          TensorProto.INT64_DATA_FIELD_NUMBER,
          TensorProto.UINT64_DATA_FIELD_NUMBER ->
          skipAll(in::readRawVarint64);
      default -> {
        return kept.mergeFieldFrom(tag, in);
      }
    }
    return true;
  }

  private void rawData(UnknownFieldSet.Builder kept) throws IOException {
    int bytes = in.readRawVarint32();
    if (bytes > SMALL) {
      in.skipRawBytes(bytes);
    } else {
      kept.mergeField(
          TensorProto.RAW_DATA_FIELD_NUMBER,
          UnknownFieldSet.Field.newBuilder()
              .addLengthDelimited(ByteString.copyFrom(in.readRawBytes(bytes)))
              .build());
    }
  }

  private boolean nested(int tag, UnknownFieldSet.Builder kept, Field field) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    ByteString message = message(field);
    // If the file ends within the message, so do its fields.
    requireEnd();
    in.popLimit(outer);
    kept.mergeField(
        WireFormat.getTagFieldNumber(tag),
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(message).build());
    return true;
  }

  private interface Skip {
    void next() throws IOException;
  }

  private void skipAll(Skip skip) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      skip.next();
    }
    requireEnd();
    in.popLimit(outer);
  }

  private void requireEnd() throws InvalidProtocolBufferException {
    if (in.getBytesUntilLimit() != 0) {
      throw new InvalidProtocolBufferException("A message is cut");
    }
  }

  private static boolean isMessage(int tag, int field) {
    return tag == (field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }
}
