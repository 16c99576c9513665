package io.gpenstreams.companion;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.torch.CheckpointException;
import io.gpenstreams.torch.TensorShapes;
import io.gpenstreams.torch.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Names and shapes from strangers; no tensor has a number that could be read. */
class CompanionPropertiesTest {
  private static final List<String> FAMILIES =
      List.of(
          "body.conv1.weight",
          "body.bn1.weight",
          "body.bn1.bias",
          "body.bn1.running_mean",
          "body.bn1.running_var",
          "body.layer1.0.conv1.weight",
          "body.layer1.9999.conv1.weight",
          "body.stage1.0.0.weight",
          "ssh1.conv3X3.0.weight",
          "BboxHead.0.conv1x1.weight",
          "encoder.0.conv2d.weight",
          "encoder.0.conv2d.bias",
          "encoder.300.conv2d.weight",
          "decoder.0.conv1.conv2d.weight",
          "decoder.299.conv1.conv2d.weight",
          "out_mask_conv.conv2d.weight",
          "conv_first.weight",
          "conv_first.bias",
          "conv_last.weight",
          "body.0.rdb1.conv1.weight",
          "body.255.rdb1.conv1.weight");

  @Property
  void anyNamesAndShapesAreNoneOfThemOrRefusedInOneLine(
      @ForAll("shapes") Map<String, List<Long>> shapes) {
    Tensors tensors = new TensorShapes("strange.pth", shapes);
    try {
      assertThat(CompanionGraph.of(tensors)).isEmpty();
    } catch (CheckpointException e) {
      assertThat(e).hasMessageStartingWith("strange.pth: ");
      assertThat(e.getMessage().lines()).hasSize(1);
    }
  }

  @Provide
  Arbitrary<Map<String, List<Long>>> shapes() {
    Arbitrary<Long> sizes =
        Arbitraries.oneOf(
            Arbitraries.of(0L, 1L, 3L, 7L, 12L, 48L, 4096L, Long.MAX_VALUE),
            Arbitraries.longs().greaterOrEqual(0));
    return Arbitraries.maps(Arbitraries.of(FAMILIES), sizes.list().ofMinSize(0).ofMaxSize(5))
        .ofMaxSize(FAMILIES.size())
        .map(HashMap::new);
  }
}
