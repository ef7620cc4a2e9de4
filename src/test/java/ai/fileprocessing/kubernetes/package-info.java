/** What is applied to a cluster and to an AWS account, checked without either. */
package ai.fileprocessing.kubernetes;
