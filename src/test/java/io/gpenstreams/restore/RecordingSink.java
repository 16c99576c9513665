package io.gpenstreams.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpenstreams.event.RestoredImage.StoredObject;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/** Keeps the files, and sees to it that their names hold what they promise. */
final class RecordingSink implements ResultSink {
  private final Set<Kind> wanted;
  private final Map<String, byte[]> files = new TreeMap<>();

  RecordingSink() {
    this(EnumSet.allOf(Kind.class));
  }

  RecordingSink(Set<Kind> wanted) {
    this.wanted = wanted;
  }

  @Override
  public boolean wants(Kind kind) {
    return wanted.contains(kind);
  }

  @Override
  public StoredObject store(Kind kind, String name, byte[] bytes, String contentType) {
    assertThat(wanted).contains(kind);
    assertThat(name).contains(DigestUtils.sha256Hex(bytes)).doesNotContain("/");
    assertThat(contentType).startsWith("image/");
    files.put(name, bytes);
    return new StoredObject("restored", "id/" + name);
  }

  Map<String, byte[]> files() {
    return files;
  }

  byte[] file(StoredObject object) {
    return files.get(object.key().substring("id/".length()));
  }
}
