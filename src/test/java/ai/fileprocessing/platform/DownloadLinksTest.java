package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadLinksTest {
  @Test
  void aPlainNameIsToldInBothForms() {
    assertThat(DownloadLinks.attachment("my report-1.txt"))
        .isEqualTo("attachment; filename=\"my report-1.txt\"; filename*=UTF-8''my%20report-1.txt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a\"; filename=\"b.html|a__ filename__b.html|a%22%3B%20filename%3D%22b.html",
        "../../etc/passwd|.._.._etc_passwd|..%2F..%2Fetc%2Fpasswd",
        "..\\x.txt|.._x.txt|..%5Cx.txt",
        "ünï.txt|_n_.txt|%C3%BCn%C3%AF.txt",
        "\uD83D\uDE00.txt|_.txt|%F0%9F%98%80.txt",
        "100%.txt|100_.txt|100%25.txt",
        "a'b*.txt|a_b_.txt|a%27b%2A.txt",
        "a+b~.txt|a_b_.txt|a%2Bb~.txt"
      })
  void aNameIsEscapedInBothForms(String name, String plain, String encoded) {
    assertThat(DownloadLinks.attachment(name))
        .isEqualTo("attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\r\nSet-Cookie: x=y",
        "a\0b",
        "\u001b[31m",
        "\"",
        "\\\"",
        "\u2028",
        "\uD800",
        "\u202Etxt.exe"
      })
  void noNameBreaksOutOfTheHeader(String name) {
    assertThat(DownloadLinks.attachment(name))
        .matches(
            "attachment; filename=\"[A-Za-z0-9._ -]*\"; filename\\*=UTF-8''([A-Za-z0-9._~-]|%[0-9A-F]{2})*");
  }

  @Test
  void aLongNameKeepsTheUrlShortAndIsNotCutInsideACharacter() {
    String url =
        TestFloor.links(new TickingClock(0))
            .link(
                "bucket", "key", "\uD83D\uDE00".repeat(5_000), "text/plain", Duration.ofMinutes(1))
            .presignedUrl();

    assertThat(url.length()).isLessThan(8_000);
    assertThat(
            URLDecoder.decode(
                DownloadLinks.attachment("\uD83D\uDE00".repeat(5_000)).split("''")[1],
                StandardCharsets.UTF_8))
        .isEqualTo("\uD83D\uDE00".repeat(150));
  }

  @Test
  void aLinkSaysItsNameItsTypeAndWhenItEnds() {
    DownloadLink link =
        TestFloor.links(new TickingClock(1_000))
            .link("bucket", "a/b", "n.html", "text/html", Duration.ofMinutes(15));

    assertThat(link.filename()).isEqualTo("n.html");
    assertThat(link.contentType()).isEqualTo("text/html");
    assertThat(link.expiresAt()).isEqualTo(1_900);
    assertThat(URI.create(link.presignedUrl()).getQuery())
        .contains("X-Amz-Expires=900", "response-content-disposition=attachment;");
  }
}
