package ai.fileprocessing.local;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What points a server at the stand-ins: known from the ports and the template alone, before
 * anything runs.
 */
final class Environment {
  private Environment() {}

  static Map<String, String> of(Ports ports) {
    return of(ports, Template.read(Template.find(), LoopbackServer.uri(ports.sqs())));
  }

  static Map<String, String> of(Ports ports, Template template) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("AWS_REGION", Template.REGION);
    environment.put("AWS_ACCESS_KEY_ID", StandIns.ACCESS_KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", StandIns.SECRET_ACCESS_KEY);
    environment.put("AWS_ENDPOINT_URL_S3", LoopbackServer.uri(ports.s3()).toString());
    environment.put("AWS_ENDPOINT_URL_DYNAMODB", LoopbackServer.uri(ports.dynamodb()).toString());
    environment.put("AWS_ENDPOINT_URL_SQS", LoopbackServer.uri(ports.sqs()).toString());
    environment.put(
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", LoopbackServer.uri(ports.bedrock()).toString());
    environment.put("COGNITO_ISSUER", Cognito.issuer(ports.cognito()));
    environment.put("COGNITO_CLIENT_IDS", Cognito.CLIENT_ID);
    template.outputs().forEach((name, value) -> environment.put(variable(name), value));
    environment.put("LOG_FORMAT", "simple");
    return environment;
  }

  /** JobsQueueUrl becomes JOBS_QUEUE_URL. */
  private static String variable(String output) {
    return output.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }
}
