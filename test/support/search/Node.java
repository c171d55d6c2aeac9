// One node with HTTP on a port: java -cp 'lib/*' Node.java <folder> <address> <port>. For Elasticsearch the runner has another name.
import org.codelibs.opensearch.runner.OpenSearchRunner;

public class Node {
  public static void main(String[] args) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    int port = Integer.parseInt(args[2]);
    runner.setMaxHttpPort(-1);
    runner.onBuild((number, settings) -> {
      settings.put("http.port", port);
      settings.put("transport.port", "9300-9400");
      settings.put("network.host", args[1]);
      settings.put("discovery.type", "single-node");
      settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
    }).build(OpenSearchRunner.newConfigs().basePath(args[0]).clusterName("kit").numOfNode(1).useLogger());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        runner.close();
      } catch (Exception error) {
        error.printStackTrace();
      }
    }));
    Thread.currentThread().join();
  }
}
