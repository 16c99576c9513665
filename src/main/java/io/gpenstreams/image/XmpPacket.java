package io.gpenstreams.image;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.StringReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Copies an XMP packet and sets one property in it. Packets come from strangers, so it is a single
 * pass that neither resolves anything nor remembers anything: Adobe's toolkit takes minutes for a
 * wide packet, overflows the stack on a deep one, and keeps every namespace that it has seen.
 */
final class XmpPacket {
  private static final String RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
  private static final String IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
  private static final String IPTC_PREFIX = "Iptc4xmpExt";
  private static final String SOURCE_TYPE = "DigitalSourceType";
  // Names the part of a JPEG file's XMP beyond the main packet, which is not copied.
  private static final String NOTE = "http://ns.adobe.com/xmp/note/";
  private static final String EXTENDED = "HasExtendedXMP";
  private static final int MAX_DEPTH = 200;
  private static final long MAX_LENGTH = 2 * DecodingLimit.XMP_BYTES.most();
  private static final String EMPTY =
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\""
          + RDF
          + "\"><rdf:Description rdf:about=\"\"/></rdf:RDF></x:xmpmeta>";

  private final XMLStreamReader in;
  private final StringBuilder out = new StringBuilder();
  private final String value;
  private int depth;
  private boolean labelled;

  private XmpPacket(XMLStreamReader in, String value) {
    this.in = in;
    this.value = value;
  }

  /**
   * The packet with its IPTC digital source type set; a new packet if there is none or it is no
   * XMP.
   *
   * @param packet or null
   */
  static byte[] labelled(byte[] packet, URI digitalSourceType) {
    return Optional.ofNullable(packet)
        .flatMap(p -> copy(p, digitalSourceType.toString()))
        .orElseGet(() -> of(digitalSourceType));
  }

  /** A packet with nothing but the IPTC digital source type. */
  static byte[] of(URI digitalSourceType) {
    return copy(EMPTY.getBytes(UTF_8), digitalSourceType.toString()).orElseThrow();
  }

  private static Optional<byte[]> copy(byte[] packet, String value) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text(packet)));
      XmpPacket copy = new XmpPacket(reader, value);
      copy.run();
      return copy.labelled
          ? Optional.of(copy.out.toString().getBytes(UTF_8))
          : Optional.<byte[]>empty();
    } catch (XMLStreamException | CharacterCodingException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      // Java's parser fails on some of its own messages, and on numbers that it cannot count to.
      return Optional.empty();
    }
  }

  // Decoded here, since the parser writes complaints about bytes to standard error.
  private static String text(byte[] packet) throws CharacterCodingException {
    String text = charset(packet).newDecoder().decode(ByteBuffer.wrap(packet)).toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** The encoding of a packet, which begins with "<", or with a mark before it. */
  static Charset charset(byte[] packet) {
    if (packet.length > 1) {
      if (packet[0] == 0 || packet[0] == (byte) 0xFE) {
        return UTF_16BE;
      }
      if (packet[1] == 0 || packet[0] == (byte) 0xFF) {
        return UTF_16LE;
      }
    }
    return UTF_8;
  }

  private void run() throws XMLStreamException {
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> start();
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          out.append("</").append(name(in.getPrefix(), in.getLocalName())).append('>');
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            text(in.getText());
        case XMLStreamConstants.PROCESSING_INSTRUCTION -> instruction();
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XMLStreamException("An XMP packet has no document type");
        default -> {}
      }
    }
  }

  private void start() throws XMLStreamException {
    if (isReplaced(in.getNamespaceURI(), in.getLocalName())) {
      skip();
      return;
    }
    if (++depth > MAX_DEPTH) {
      throw new XMLStreamException("The XMP packet is nested too deeply");
    }
    out.append('<').append(name(in.getPrefix(), in.getLocalName()));
    for (int i = 0; i < in.getNamespaceCount(); i++) {
      String prefix = in.getNamespacePrefix(i);
      String uri = in.getNamespaceURI(i);
      attribute(prefix == null ? "xmlns" : "xmlns:" + prefix, uri == null ? "" : uri);
    }
    String labelPrefix = !labelled && is(RDF, "Description") ? iptcPrefix() : null;
    if (labelPrefix != null && in.getNamespaceURI(labelPrefix) == null) {
      attribute("xmlns:" + labelPrefix, IPTC_EXTENSION);
    }
    for (int i = 0; i < in.getAttributeCount(); i++) {
      if (!isReplaced(in.getAttributeNamespace(i), in.getAttributeLocalName(i))) {
        attribute(
            name(in.getAttributePrefix(i), in.getAttributeLocalName(i)), in.getAttributeValue(i));
      }
    }
    if (labelPrefix != null) {
      attribute(labelPrefix + ":" + SOURCE_TYPE, value);
      labelled = true;
    }
    out.append('>');
  }

  private String iptcPrefix() {
    String prefix = IPTC_PREFIX;
    while (isTaken(prefix)) {
      prefix += "_";
    }
    return prefix;
  }

  private boolean isTaken(String prefix) {
    String uri = in.getNamespaceURI(prefix);
    return uri != null && !uri.equals(IPTC_EXTENSION);
  }

  private boolean is(String uri, String localName) {
    return uri.equals(in.getNamespaceURI()) && localName.equals(in.getLocalName());
  }

  private static boolean isReplaced(String uri, String localName) {
    return (IPTC_EXTENSION.equals(uri) && localName.equals(SOURCE_TYPE))
        || (NOTE.equals(uri) && localName.equals(EXTENDED));
  }

  private void skip() throws XMLStreamException {
    for (int open = 1; open > 0; ) {
      int event = in.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        open++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        open--;
      }
    }
  }

  private void instruction() {
    String data = in.getPIData();
    out.append("<?").append(in.getPITarget());
    if (data != null && !data.isEmpty()) {
      out.append(' ').append(data);
    }
    out.append("?>");
  }

  private void attribute(String name, String text) throws XMLStreamException {
    out.append(' ').append(name).append("=\"");
    text(text);
    out.append('"');
  }

  private static String name(String prefix, String localName) {
    return prefix == null || prefix.isEmpty() ? localName : prefix + ":" + localName;
  }

  // Line ends as references too, which an attribute would otherwise lose.
  private void text(String text) throws XMLStreamException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\t' -> out.append("&#9;");
        case '\n' -> out.append("&#10;");
        case '\r' -> out.append("&#13;");
        default -> out.append(c);
      }
      // A packet of nothing but references grows sixfold, in several copies.
      if (out.length() > MAX_LENGTH) {
        throw new XMLStreamException("The XMP packet grows too long");
      }
    }
  }
}
