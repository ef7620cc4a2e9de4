package ai.fileprocessing.faults;

import ai.fileprocessing.local.Ports;
import ai.fileprocessing.local.StandIns;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** A proxy before each of the stand-ins that a server calls all the time. */
public record Proxies(FaultProxy s3, FaultProxy dynamodb, FaultProxy sqs, FaultProxy bedrock)
    implements AutoCloseable {

  public static Proxies to(StandIns standIns) {
    Ports ports = standIns.ports();
    return new Proxies(
        FaultProxy.to(ports.s3()),
        FaultProxy.to(ports.dynamodb()),
        FaultProxy.to(ports.sqs()),
        FaultProxy.to(ports.bedrock()));
  }

  /** What leads a server through them, to queues that are given by their own URLs. */
  public Map<String, String> environment(String queue, String deadLetterQueue) {
    return Map.of(
        "AWS_ENDPOINT_URL_S3", s3.uri().toString(),
        "AWS_ENDPOINT_URL_DYNAMODB", dynamodb.uri().toString(),
        "AWS_ENDPOINT_URL_SQS", sqs.uri().toString(),
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.uri().toString(),
        "JOBS_QUEUE_URL", through(queue),
        "JOBS_DEAD_LETTER_QUEUE_URL", through(deadLetterQueue));
  }

  public List<FaultProxy> all() {
    return List.of(s3, dynamodb, sqs, bedrock);
  }

  @Override
  public void close() {
    all().forEach(FaultProxy::close);
  }

  private String through(String queue) {
    return sqs.uri().resolve(URI.create(queue).getPath()).toString();
  }
}
