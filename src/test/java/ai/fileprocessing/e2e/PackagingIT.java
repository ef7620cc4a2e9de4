package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What is in the zip that operators get, and what must never be. */
class PackagingIT {
  private static final String SERVER = "ai-file-processing/usr/servers/defaultServer/";

  @Test
  void theApplicationHoldsNoStandInAndNoTest() throws Exception {
    List<String> war = namesInWar();

    assertThat(war).contains("WEB-INF/classes/ai/fileprocessing/platform/RestApplication.class");
    assertThat(war)
        .noneMatch(name -> name.startsWith("WEB-INF/classes/ai/fileprocessing/local/"))
        .noneMatch(name -> name.matches("WEB-INF/classes/.*(Test|IT)(\\$.*)?\\.class"))
        .noneMatch(
            name ->
                name.matches(
                    "(?i)WEB-INF/lib/.*(dynamodblocal|s3proxy|jetty|logback|log4j-(?!api)|junit|assertj|arquillian|netty|sqlite|kotlin|jakarta\\.).*"));
  }

  @Test
  void theZipHoldsOneServerWithoutGeneratedSecrets() throws Exception {
    try (ZipFile zip = new ZipFile(Deployment.ZIP.toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();

      assertThat(names)
          .contains(SERVER + "server.xml", SERVER + "apps/ai-file-processing.war")
          .noneMatch(name -> name.startsWith(SERVER) && name.matches(".*\\.(p12|jks|keys|pem)"))
          .noneMatch(name -> name.startsWith(SERVER + "logs/"))
          .noneMatch(name -> name.startsWith(SERVER + "resources/"));
      for (String name : names) {
        if (name.startsWith("ai-file-processing/usr/")
            && name.matches(".*\\.(env|properties|xml|options)")) {
          try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text)
                .as(name)
                .doesNotContainPattern(
                    "(?i)keystore_password|(secret|password)\\s*=\\s*[A-Za-z0-9+/]{8,}")
                .doesNotContain(
                    System.getProperty("user.home") + "/", Deployment.TARGET.toString());
          }
        }
      }
    }
  }

  private static List<String> namesInWar() throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipFile zip = new ZipFile(Deployment.ZIP.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(SERVER + "apps/ai-file-processing.war"));
        ZipInputStream war = new ZipInputStream(in)) {
      for (ZipEntry entry = war.getNextEntry(); entry != null; entry = war.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
