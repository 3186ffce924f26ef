using System.CommandLine;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Tests.Kernel;

namespace Lab.Tests.Commands.Filters;

/// <summary>Changing a filter that a port uses, in a network namespace of its own.</summary>
public sealed class LiveDefinitionTests : IDisposable
{
    private const string Binding = """
        <filterbinding>
          <owner><name>g</name><uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid></owner>
          <portdev name='tap0'/>
          <mac address='52:54:00:00:00:0a'/>
          <filterref filter='web'/>
        </filterbinding>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("nwlab-live-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [KernelFact]
    public void The_kernel_follows_a_definition_and_never_a_refused_one()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        using KernelFirewall kernel = new(space);
        Run(space, "filter", "define", Document(Filter("192.0.2.1"))).Should().Be(0);
        Run(space, "binding", "create", Document(Binding)).Should().Be(0);
        Rules(kernel).Should().Contain("192.0.2.1");

        Run(space, "filter", "update", Document(Filter("192.0.2.2"))).Should().Be(0);
        Rules(kernel).Should().Contain("192.0.2.2").And.NotContain("192.0.2.1");

        Run(space, "filter", "define", Document(Filter("192.0.2.3", "<uuid>6c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid>"))).Should().Be(1);
        Run(space, "filter", "define", Document(Filter("$UNKNOWN"))).Should().Be(1);
        Rules(kernel).Should().Contain("192.0.2.2").And.NotContain("192.0.2.3");
        Run(space, "status").Should().Be(0, "the rules name the stored file, as a later command computes them");
    }

    private static string Rules(KernelFirewall kernel) =>
        string.Concat(Engine.Rulesets.Nftables.NftText.OurTables.Select(table => kernel.ListNft($"list table {table}", counters: false)));

    private static string Filter(string source, string more = "") =>
        $"<filter name='web'>{more}<rule action='drop' direction='in'><ip srcipaddr='{source}'/></rule></filter>";

    private int Run(NetworkNamespace space, params string[] words)
    {
        using StringWriter output = new(), error = new();
        return space.Run(() => EntryPoint.CreateRoot().Parse([.. words, "--state", Path.Combine(_folder, "state")])
            .Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }));
    }

    private string Document(string text)
    {
        string file = Path.Combine(_folder, $"d{Directory.GetFiles(_folder).Length}.xml");
        File.WriteAllText(file, text);
        return file;
    }
}
