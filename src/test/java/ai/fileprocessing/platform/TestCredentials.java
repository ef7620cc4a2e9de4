package ai.fileprocessing.platform;

import ai.fileprocessing.local.StandIns;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives the clients of production, in this JVM, the credentials that the stand-ins take. */
public final class TestCredentials implements BeforeAllCallback, AfterAllCallback {
  @Override
  public void beforeAll(ExtensionContext tests) {
    Map<String, String> environment = StandIns.shared().environment();
    System.setProperty("aws.accessKeyId", environment.get("AWS_ACCESS_KEY_ID"));
    System.setProperty("aws.secretAccessKey", environment.get("AWS_SECRET_ACCESS_KEY"));
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }
}
