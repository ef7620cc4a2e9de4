package ai.fileprocessing.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.Prompts;
import ai.fileprocessing.jobs.Jobs;
import ai.fileprocessing.jobs.worker.WorkThreads;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.LongPoll;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.RoomSettings;
import ai.fileprocessing.platform.Settings;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.assertj.core.api.Assertions;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsClient;
import tools.jackson.databind.json.JsonMapper;

/** How the beans of the very WAR that is shipped come together, seen from inside the server. */
@ExtendWith({WiringServer.class, ArquillianExtension.class})
class WiringIT {
  @Inject private BeanManager beans;
  @Inject private Files files;
  @Inject private Inference inference;
  @Inject private Prompts prompts;
  @Inject private Jobs jobs;
  @Inject private Clock clock;
  @Inject private Settings settings;
  @Inject @Any private Instance<RoomSettings> rooms;
  @Inject @Any private Instance<Object> any;
  @Inject @WorkThreads private ManagedThreadFactory threads;
  @Inject @LongPoll private SqsClient longPoll;
  @Inject private SqsClient sqs;

  /** The tests are called by a servlet in a library, which the WAR as it is has not. */
  @Deployment
  static WebArchive war() throws IOException {
    Path target = Path.of(System.getProperty("basedir", "")).resolve("target");
    WebArchive shipped =
        ShrinkWrap.createFromZipFile(
            WebArchive.class, target.resolve("ai-file-processing.war").toFile());
    try (InputStream descriptor = shipped.get("WEB-INF/web.xml").getAsset().openStream()) {
      String xml = new String(descriptor.readAllBytes(), StandardCharsets.UTF_8);
      shipped.setWebXML(new StringAsset(xml.replace("<absolute-ordering/>", "")));
    }
    return shipped
        .addClasses(WiringIT.class, WiringServer.class)
        .addAsLibrary(
            Path.of(
                    java.net.URI.create(
                        Assertions.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toString()))
                .toFile());
  }

  @Test
  void theDoorOfEachRoomIsExactlyOneBean() {
    assertThat(beans.getBeans(Files.class)).hasSize(1);
    assertThat(beans.getBeans(Inference.class)).hasSize(1);
    assertThat(beans.getBeans(Prompts.class)).hasSize(1);
    assertThat(beans.getBeans(Jobs.class)).hasSize(1);
  }

  @Test
  void theRoomsReachTheirStores() {
    Paging first = new Paging(1, Optional.empty());

    assertThat(files.list("nobody", first).items()).isEmpty();
    assertThat(jobs.list("nobody", first, Optional.empty()).items()).isEmpty();
    assertThat(inference.model(Optional.empty())).isNotBlank();
    assertThat(
            prompts.list(new Identity("nobody", Set.of("none")), Optional.empty(), first).items())
        .isEmpty();
  }

  @Test
  void theSettingsOfEveryRoomWereReadOnceAtTheStart() {
    // Nothing in this test has asked for any of them yet.
    assertThat(settings.keys())
        .extracting(Settings.Key::name)
        .contains(
            "aws.region",
            "cognito.issuer",
            "files.bucket",
            "inference.models",
            "jobs.queue.url",
            "jobs.worker")
        .doesNotHaveDuplicates();
    assertThat(rooms.stream().map(room -> room.getClass().getSimpleName()))
        .containsExactlyInAnyOrder(
            "AwsSettings",
            "CognitoSettings",
            "FilesSettings",
            "InferenceSettings",
            "JobsSettings",
            "PromptSettings",
            "Telemetry",
            "WorkerSettings");
    for (RoomSettings room : rooms) {
      assertThat(any.select(room.getClass()).get()).isSameAs(room);
    }
  }

  @Test
  void theEnvironmentIsWhatWasRead() {
    for (Map.Entry<String, String> variable :
        Map.of("FILES_BUCKET", "FilesSettings", "JOBS_RESULTS_BUCKET", "JobsSettings").entrySet()) {
      assertThat(
              rooms.stream()
                  .filter(it -> it.getClass().getSimpleName().equals(variable.getValue())))
          .singleElement()
          .asString()
          .contains(System.getenv(variable.getKey()));
    }
  }

  @Test
  void thereIsOneClockAndItTellsTheTime() {
    assertThat(any.select(Clock.class).get()).isSameAs(clock);
    assertThat(Duration.between(clock.instant(), Instant.now()).abs())
        .isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void producersGiveOneOfAKindToEverybody() {
    for (Class<?> kind :
        new Class<?>[] {
          S3Client.class,
          S3Presigner.class,
          DynamoDbClient.class,
          BedrockRuntimeClient.class,
          JsonMapper.class,
          Settings.class
        }) {
      assertThat(beans.getBeans(kind)).as(kind.getName()).hasSize(1);
      assertThat((Object) any.select(kind).get()).isSameAs(any.select(kind).get());
    }
  }

  @Test
  void longPollsHaveAClientOfTheirOwn() {
    assertThat(longPoll).isNotSameAs(sqs);
    assertThat(beans.getBeans(SqsClient.class)).hasSize(1);
  }

  @Test
  void theThreadsOfWorkRunInsideTheApplication() throws Exception {
    Thread here = Thread.currentThread();
    CompletableFuture<Thread> there = new CompletableFuture<>();
    CompletableFuture<Object> application = new CompletableFuture<>();

    threads
        .newThread(
            () -> {
              there.complete(Thread.currentThread());
              try {
                application.complete(InitialContext.doLookup("java:app/AppName"));
              } catch (NamingException e) {
                application.completeExceptionally(e);
              }
            })
        .start();

    assertThat(there.get(30, TimeUnit.SECONDS)).isNotSameAs(here);
    assertThat(application.get(30, TimeUnit.SECONDS)).isNotNull();
  }
}
