package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private static final URI SQS = URI.create("http://127.0.0.1:9083");

  @Test
  void functionsAreResolved() {
    Template template =
        Template.parse(
            """
            Parameters:
              Suffix: { Type: String, Default: dev }
            Resources:
              Jobs:
                Type: AWS::SQS::Queue
                Properties:
                  QueueName: { "Fn::Sub": "${AWS::StackName}-jobs-${Suffix}" }
                  VisibilityTimeout: 60
              Role:
                Type: AWS::IAM::Role
                Properties: { RoleName: { "Fn::Join": ["-", [a, b]] } }
            Outputs:
              JobsQueueUrl: { Value: { Ref: Jobs } }
              RoleArn: { Value: { "Fn::GetAtt": [Role, Arn] } }
            """,
            SQS);

    assertThat(template.outputs())
        .hasSize(1)
        .containsEntry("JobsQueueUrl", "http://127.0.0.1:9083/000000000000/local-jobs-dev");
    assertThat(template.resources("AWS::SQS::Queue"))
        .singleElement()
        .extracting(queue -> queue.text("QueueName"))
        .isEqualTo("local-jobs-dev");
  }

  @Test
  void aPropertyThatNobodyThoughtOfIsAnError() {
    Template template =
        Template.parse(
            """
            Resources:
              Files:
                Type: AWS::DynamoDB::Table
                Properties:
                  TableName: files
                  StreamSpecification: { StreamViewType: NEW_IMAGE }
            """,
            SQS);

    assertThatThrownBy(() -> Tables.create(template, StandIns.shared().dynamodb()))
        .hasMessageContaining("StreamSpecification of Files");
  }

  @Test
  void indexesAndTimeToLiveAreCreatedAndCreatingAgainChangesNothing() {
    var dynamodb = StandIns.shared().dynamodb();
    String yaml =
        """
        Resources:
          Indexed:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: indexed
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions:
                - { AttributeName: a, AttributeType: S }
                - { AttributeName: b, AttributeType: N }
              KeySchema:
                - { AttributeName: a, KeyType: HASH }
              GlobalSecondaryIndexes:
                - IndexName: by_b
                  KeySchema: [{ AttributeName: b, KeyType: HASH }]
                  Projection: { ProjectionType: KEYS_ONLY }
              TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
        """;

    Tables.create(Template.parse(yaml, SQS), dynamodb);
    Tables.create(Template.parse(yaml, SQS), dynamodb);

    assertThat(dynamodb.describeTable(r -> r.tableName("indexed")).table().globalSecondaryIndexes())
        .extracting(index -> index.indexName())
        .containsExactly("by_b");
    assertThat(
            dynamodb
                .describeTimeToLive(r -> r.tableName("indexed"))
                .timeToLiveDescription()
                .attributeName())
        .isEqualTo("expires");
    Template changed = Template.parse(yaml.replace("AttributeName: a,", "AttributeName: c,"), SQS);
    assertThatThrownBy(() -> Tables.create(changed, dynamodb))
        .hasMessageContaining("indexed")
        .hasMessageContaining("delete the data folder");
  }
}
