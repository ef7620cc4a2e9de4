package ai.fileprocessing;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.Prompts;
import ai.fileprocessing.jobs.Jobs;
import ai.fileprocessing.platform.RoomSettings;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.ext.Provider;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls of the house: who may know whom. */
class WallsTest {
  private static final String HOUSE = "ai.fileprocessing.";

  /** Each stands between the service and one part of AWS; nobody else knows an AWS type. */
  private static final Set<String> KNOW_AWS =
      Set.of(
          "platform.AwsClients", // makes the clients
          "platform.TraceAwsCalls", // spans of the calls
          "platform.AwsSettings", // the region
          "platform.InterruptibleHttp", // the model calls on the wire
          "platform.DownloadLinks", // presigned URLs
          "platform.Row", // the attributes of an item
          "platform.LookAtPlace", // whether what is configured is there
          "files.FileBytes",
          "files.FileRowFormat",
          "files.FileRows",
          "files.UnfinishedRows",
          "inference.Converse",
          "inference.HoldConversation", // calls and answers on the wire
          "inference.SaidAnswer", // an answer as on the wire, kept
          "inference.Blocks", // inputs on the wire
          "inference.Conversation", // stop reasons
          "inference.ModelFaults",
          "inference.OutputShape", // what a request says about the form of its answer
          "inference.Requests",
          "inference.StructuredAnswer", // answers that a tool was given
          "inference.ToolJson", // the SDK's JSON
          "inference.PromptRows",
          "inference.PromptRowFormat",
          "jobs.JobRows",
          "jobs.JobRowFormat",
          "jobs.JobFileRows",
          "jobs.TextRows",
          "jobs.UsageRows",
          "jobs.Spending",
          "jobs.FileRow",
          "jobs.JobMarks",
          "jobs.CommitJob",
          "jobs.IdempotencyKeys",
          "jobs.Attention",
          "jobs.Admission",
          "jobs.WorkerRows",
          "jobs.TurnRows",
          "jobs.Results",
          "jobs.PartAnswers",
          "jobs.worker.QueueDepth",
          "jobs.worker.WorkQueue",
          "jobs.worker.DeadLetterQueue",
          "jobs.worker.ReceiveMessages");

  /** These know that a call to AWS can fail, and nothing else of it. */
  private static final Set<String> KNOW_THAT_AWS_FAILS =
      Set.of(
          "platform.ProblemMapper",
          "jobs.ProcessFile",
          "jobs.SubmitJob",
          "jobs.ConcludeFile",
          "jobs.RetryJob",
          "jobs.RingFiles",
          "jobs.CancelJob",
          "jobs.Courses",
          "jobs.DeleteJob",
          "jobs.worker.RunTask");

  /** What other rooms may use. Whoever saves prompts need not know how models are asked. */
  private static final List<Class<?>> DOORS =
      List.of(Files.class, Inference.class, Prompts.class, Jobs.class);

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("ai.fileprocessing");

  @Test
  void theHouseIsThereAndTheStandInsAreNotInIt() {
    assertThat(MAIN)
        .extracting(JavaClass::getPackageName)
        .contains(HOUSE + "platform", HOUSE + "files", HOUSE + "inference", HOUSE + "jobs");
    assertThat(MAIN).extracting(JavaClass::getPackageName).doesNotContain(HOUSE + "local");
    noClasses().should().dependOnClassesThat().resideInAPackage(HOUSE + "local..").check(MAIN);
  }

  @Test
  void theFloorKnowsNoRoom() {
    assertKnowsOnly("platform");
  }

  @Test
  void theFilesRoomKnowsTheFloorOnly() {
    assertKnowsOnly("files", "platform");
  }

  @Test
  void theInferenceRoomKnowsTheFloorOnly() {
    assertKnowsOnly("inference", "platform");
  }

  @Test
  void theJobsRoomKnowsTheOtherRoomsAndTheFloor() {
    assertKnowsOnly("jobs", "files", "inference", "platform");
  }

  @Test
  void everyClassIsInARoomOrOnTheFloor() {
    classes()
        .should()
        .resideInAnyPackage(
            HOUSE + "platform..", HOUSE + "files..", HOUSE + "inference..", HOUSE + "jobs..")
        .check(MAIN);
  }

  @Test
  void noPackagesKnowEachOtherInACircle() {
    slices().matching("ai.fileprocessing.(**)").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void onlyTheClassesThatExistForItKnowAws() {
    Set<String> listed = new TreeSet<>(KNOW_AWS);
    listed.addAll(KNOW_THAT_AWS_FAILS);

    assertThat(knownOfAws().keySet()).containsExactlyInAnyOrderElementsOf(listed);
  }

  @Test
  void whoKnowsThatAwsFailsKnowsNothingElseOfIt() {
    assertThat(knownOfAws())
        .extractingByKeys(KNOW_THAT_AWS_FAILS.toArray(String[]::new))
        .containsOnly(Set.of("software.amazon.awssdk.core.exception.SdkException"));
  }

  /**
   * Public in a room are its doors with all the types in their signatures, what the server must
   * reach (resources, providers, annotations), and the settings; the rest is nobody's business.
   */
  @ParameterizedTest
  @ValueSource(strings = {"files", "inference", "jobs"})
  void onlyTheDoorsOfARoomArePublic(String room) {
    Set<JavaClass> reached = new HashSet<>();
    DOORS.stream()
        .filter(door -> door.getPackageName().equals(HOUSE + room))
        .forEach(door -> reached.addAll(reachedFrom(MAIN.get(door))));
    classes()
        .that()
        .resideInAPackage(HOUSE + room)
        .and(DescribedPredicate.describe("are public", WallsTest::isReallyPublic))
        .should(
            be(
                new DescribedPredicate<JavaClass>("part of a door of " + room) {
                  @Override
                  public boolean test(JavaClass type) {
                    return reached.contains(type)
                        || type.isAnnotation()
                        || type.isAnnotatedWith(Path.class)
                        || type.isAnnotatedWith(Provider.class)
                        || type.isAssignableTo(RoomSettings.class);
                  }
                }))
        .check(MAIN);
  }

  @Test
  void doorsAreInterfacesAndWhatIsBehindThemIsNotPublic() {
    for (Class<?> door : DOORS) {
      assertThat(MAIN.get(door).isInterface()).isTrue();
      assertThat(MAIN.get(door).getAllSubclasses())
          .isNotEmpty()
          .noneMatch(it -> it.getModifiers().contains(JavaModifier.PUBLIC));
    }
  }

  @Test
  void logsGoThroughTheLoggerOfThePlatformAndNothingIsPrinted() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "java.util.logging..",
                "org.slf4j..",
                "org.apache.commons.logging..",
                "org.apache.logging.."))
        .check(MAIN);
    noClasses().should().accessField(System.class, "out").check(MAIN);
    noClasses().should().accessField(System.class, "err").check(MAIN);
    noClasses().should().callMethod(Throwable.class, "printStackTrace").check(MAIN);
  }

  /** The server makes these itself, without their arguments. */
  @Test
  void onlyProvidersServletsAndFiltersHaveTheirFieldsInjected() {
    fields()
        .that()
        .areAnnotatedWith(Inject.class)
        .should()
        .beDeclaredInClassesThat()
        .areAnnotatedWith(Provider.class)
        .orShould()
        .beDeclaredInClassesThat()
        .areAssignableTo(HttpServlet.class)
        .orShould()
        .beDeclaredInClassesThat()
        .areAssignableTo(Filter.class)
        .check(MAIN);
  }

  @Test
  void onlyTheFloorKnowsHowTracesAreMade() {
    noClasses()
        .that()
        .resideOutsideOfPackage(HOUSE + "platform")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.opentelemetry..")
        .check(MAIN);
  }

  @Test
  void nothingStaticChanges() {
    fields().that().areStatic().should().beFinal().check(MAIN);
  }

  @Test
  void nobodyIsCalledAfterNothingInParticular() {
    noClasses().should().haveNameMatching(".*(Impl|Manager|Utils?|Helper|Service)").check(MAIN);
  }

  private static void assertKnowsOnly(String room, String... others) {
    String[] known =
        Stream.concat(Stream.of(room), Stream.of(others))
            .map(it -> HOUSE + it + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(HOUSE + room + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("ai.fileprocessing..").and(not(resideInAnyPackage(known))))
        .check(MAIN);
  }

  /** Which types of AWS each class knows; nested classes count as their outermost. */
  private static Map<String, Set<String>> knownOfAws() {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass type : MAIN) {
      String name = type.getName().replaceAll("\\$.*", "").substring(HOUSE.length());
      Stream<JavaClass> used =
          type.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass);
      // What is only caught is no dependency to ArchUnit.
      Stream<JavaClass> caught =
          type.getCodeUnits().stream()
              .flatMap(it -> it.getTryCatchBlocks().stream())
              .flatMap(it -> it.getCaughtThrowables().stream());
      Stream.concat(used, caught)
          .map(JavaClass::getName)
          .filter(it -> it.startsWith("software.amazon.awssdk."))
          .forEach(it -> known.computeIfAbsent(name, n -> new TreeSet<>()).add(it));
    }
    return known;
  }

  /** Also a public class is not, where the one around it is not. */
  private static boolean isReallyPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(WallsTest::isReallyPublic).orElse(true);
  }

  private static Set<JavaClass> reachedFrom(JavaClass door) {
    Set<JavaClass> reached = new HashSet<>();
    Deque<JavaClass> open = new ArrayDeque<>(List.of(door));
    while (!open.isEmpty()) {
      JavaClass type = open.pop();
      if (type.getPackageName().equals(door.getPackageName()) && reached.add(type)) {
        inSignaturesOf(type).forEach(open::push);
        // The cases of a sealed interface, and the parts of a record.
        MAIN.stream()
            .filter(it -> it.getEnclosingClass().filter(type::equals).isPresent())
            .forEach(open::push);
      }
    }
    return reached;
  }

  private static Stream<JavaClass> inSignaturesOf(JavaClass type) {
    return type.getMethods().stream()
        .filter(it -> it.getModifiers().contains(JavaModifier.PUBLIC))
        .flatMap(WallsTest::involved)
        .flatMap(Collection::stream);
  }

  private static Stream<Set<JavaClass>> involved(JavaMethod method) {
    return Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream())
        .map(JavaType::getAllInvolvedRawTypes);
  }
}
