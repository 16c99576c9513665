package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPMetaFactory;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmpPacketTest {
  private static final String IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
  private static final URI LABEL = URI.create("http://cv.iptc.org/a?b=1&c=2");
  private static final String OTHER = "urn:other/";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<i:DigitalSourceType>old</i:DigitalSourceType>",
        "<i:DigitalSourceType xml:lang='de'>old</i:DigitalSourceType>",
        "<i:DigitalSourceType><rdf:Bag><rdf:li>old</rdf:li></rdf:Bag></i:DigitalSourceType>",
        "</rdf:Description><rdf:Description rdf:about='' i:DigitalSourceType='old'>",
        "<o:p xmlns:Iptc4xmpExt='urn:taken/'>x</o:p>",
      })
  void replacesTheLabelAndKeepsTheRest(String property) throws XMPException {
    XMPMeta meta = labelled(packet(property + "<o:kept>a &lt; &#228;\n b</o:kept>"));

    assertThat(meta.getPropertyString(IPTC_EXTENSION, "DigitalSourceType"))
        .isEqualTo(LABEL.toString());
    assertThat(meta.getPropertyString(OTHER, "kept")).isEqualTo("a < ä\n b");
  }

  @Test
  void replacesALabelInTheAttributeForm() throws XMPException {
    String packet = packet("").replace("rdf:about=''", "rdf:about='' i:DigitalSourceType='old'");

    assertThat(labelled(packet).getPropertyString(IPTC_EXTENSION, "DigitalSourceType"))
        .isEqualTo(LABEL.toString());
  }

  @Test
  void keepsClearOfAPrefixThatMeansSomethingElse() throws XMPException {
    String packet =
        packet("<Iptc4xmpExt:kept>x</Iptc4xmpExt:kept>")
            .replace("rdf:about=''", "rdf:about='' xmlns:Iptc4xmpExt='" + OTHER + "'");

    XMPMeta meta = labelled(packet);

    assertThat(meta.getPropertyString(OTHER, "kept")).isEqualTo("x");
    assertThat(meta.getPropertyString(IPTC_EXTENSION, "DigitalSourceType"))
        .isEqualTo(LABEL.toString());
  }

  @Test
  void keepsLineEndsOfAttributes() throws XMPException {
    String packet = packet("").replace("rdf:about=''", "rdf:about='' o:kept='a&#10;b&#9;c&quot;'");

    assertThat(labelled(packet).getPropertyString(OTHER, "kept")).isEqualTo("a\nb\tc\"");
  }

  @Test
  void forgetsAnExtensionThatIsNotCarriedOver() throws XMPException {
    String note = "http://ns.adobe.com/xmp/note/";
    String packet = packet("<n:HasExtendedXMP xmlns:n='" + note + "'>GUID</n:HasExtendedXMP>");

    assertThat(labelled(packet).doesPropertyExist(note, "HasExtendedXMP")).isFalse();
  }

  @Test
  void keepsThePacketWrapper() {
    String packet = "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>" + packet("");

    assertThat(new String(XmpPacket.labelled(packet.getBytes(UTF_8), LABEL), UTF_8))
        .startsWith("<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta");
  }

  @Test
  void readsOtherEncodings() throws XMPException {
    byte[] packet = XmpPacket.labelled(packet("<o:kept>ä</o:kept>").getBytes(UTF_16), LABEL);

    assertThat(XMPMetaFactory.parseFromBuffer(packet).getPropertyString(OTHER, "kept"))
        .isEqualTo("ä");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Dear diary",
        "<a/>",
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [\u0001]><a/>",
      })
  void replacesWhatIsNoXmp(String packet) {
    assertThat(XmpPacket.labelled(packet.getBytes(UTF_8), LABEL))
        .isEqualTo(XmpPacket.of(LABEL))
        .isEqualTo(XmpPacket.labelled(null, LABEL));
  }

  @Test
  void replacesAPacketThatIsNestedToExhaustTheStack() {
    String deep = "<o:p rdf:parseType='Resource'>".repeat(50_000) + "</o:p>".repeat(50_000);

    assertThat(XmpPacket.labelled(packet(deep).getBytes(UTF_8), LABEL))
        .isEqualTo(XmpPacket.of(LABEL));
  }

  @Test
  void copiesAWidePacket() {
    String wide = "<o:bag><rdf:Bag>" + "<rdf:li>v</rdf:li>".repeat(200_000) + "</rdf:Bag></o:bag>";

    assertThat(new String(XmpPacket.labelled(packet(wide).getBytes(UTF_8), LABEL), UTF_8))
        .contains(wide)
        .contains("DigitalSourceType");
  }

  private static XMPMeta labelled(String packet) throws XMPException {
    return XMPMetaFactory.parseFromBuffer(XmpPacket.labelled(packet.getBytes(UTF_8), LABEL));
  }

  private static String packet(String properties) {
    return "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
        + " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:i='"
        + IPTC_EXTENSION
        + "' xmlns:o='"
        + OTHER
        + "'><rdf:Description rdf:about=''>"
        + properties
        + "</rdf:Description></rdf:RDF></x:xmpmeta>";
  }
}
