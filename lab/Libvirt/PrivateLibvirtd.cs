using System.Diagnostics;
using Lab.Contract.Testbeds;
using Lab.Engine.Interop;

namespace Lab.Libvirt;

/// <summary>
/// A libvirtd of our own, from the system's packages, in network, mount and process namespaces of its own: it shares
/// no device, no rule, no state folder and no configuration with the machine's.
/// </summary>
/// <remarks>
/// <code>
///  this process ──stdin/stdout──> virsh (process 1 of the namespace) ──socket──> libvirtd ──> ebtables, iptables
/// </code>
/// virsh is the namespace's first process and ends when its input ends. So however this process dies, SIGKILL included,
/// the pipe closes, virsh leaves, and the kernel kills the daemon and drops the devices and the rules with it
/// (pid_namespaces(7)).
/// </remarks>
internal sealed class PrivateLibvirtd : IDisposable
{
    /// <summary>Where the documents are put; seen from inside the namespace.</summary>
    private const string Documents = "/run/lab";

    /// <summary>libvirt has no guests here, so the URI of the filter driver alone is enough (no QEMU needed).</summary>
    private const string Uri = "nwfilter:///system";

    private const string Setup = $"""
        set -e
        for folder in /run /var/lib/libvirt /etc/libvirt; do mount -t tmpfs lab "$folder"; done
        mkdir -p /run/lock /run/libvirt {Documents} /etc/libvirt/nwfilter
        ip link set lo up
        for family in iptables ip6tables; do
            switch=/proc/sys/net/bridge/bridge-nf-call-$family
            [ ! -e $switch ] || echo 1 > $switch
        done
        libvirtd --config /dev/null < /dev/null > /run/libvirtd.log 2>&1 &
        daemon=$!
        while [ ! -S /run/libvirt/libvirt-sock ]; do
            kill -0 $daemon 2>/dev/null || {"{"} cat /run/libvirtd.log; exit 1; {"}"}
            sleep 0.01
        done
        exec virsh --quiet --connect {Uri} 2>&1
        """;

    private readonly Process _namespaces;
    private readonly VirshConversation _virsh;
    private int _documents;
    private bool _disposed;

    private PrivateLibvirtd(Process namespaces, VirshConversation virsh) => (_namespaces, _virsh) = (namespaces, virsh);

    /// <summary>Why no private libvirtd can run here, in words for a skipped test; null when one can.</summary>
    public static string? WhyNot { get; } =
        !Environment.IsPrivilegedProcess ? "needs root: namespaces and firewall rules"
        : Missing("libvirtd", "virsh", "ebtables", "iptables", "conntrack", "unshare") is { } tool ? $"{tool} is not installed"
        : null;

    /// <summary>The network namespace in which ports must be created; valid until disposal.</summary>
    public string NetworkNamespace => $"/proc/{_namespaces.Id}/ns/net";

    /// <exception cref="TestbedException">libvirtd did not start; the message holds its words.</exception>
    public static PrivateLibvirtd Start()
    {
        if (WhyNot is { } reason)
        {
            throw new TestbedException($"a private libvirtd cannot run here: {reason}");
        }

        ProcessStartInfo start = new("unshare", ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", Setup])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "dumb"; // readline then sends no escape sequences
        start.Environment["LC_ALL"] = "C";
        Process process = Process.Start(start)!;
        var daemon = new PrivateLibvirtd(process, new VirshConversation(process.StandardInput, process.StandardOutput));
        try
        {
            daemon._virsh.Ask(["nwfilter-list"]);
        }
        catch
        {
            daemon.Dispose();
            throw;
        }

        return daemon;
    }

    /// <summary>Any virsh commands, in order, in one round trip; one answer each, refusals included.</summary>
    public IReadOnlyList<VirshAnswer> Ask(IReadOnlyList<string> commands) => _virsh.Ask(commands);

    public VirshAnswer Ask(string command) => _virsh.Ask([command])[0];

    /// <summary>Defines every document; an answer's refusal is libvirt's own sentence.</summary>
    public IReadOnlyList<VirshAnswer> Define(IEnumerable<string> filters) => OnDocuments("nwfilter-define", filters);

    /// <summary>The canonical form of every named filter, as libvirt prints it.</summary>
    public IReadOnlyList<VirshAnswer> Dump(IEnumerable<string> names) => Each("nwfilter-dumpxml", names);

    public IReadOnlyList<VirshAnswer> Undefine(IEnumerable<string> names) => Each("nwfilter-undefine", names);

    public IReadOnlyList<string> List() =>
        [.. Ask("nwfilter-list").Lines.Select(line => line.Trim().Split(' ', 2, StringSplitOptions.TrimEntries)[^1])];

    /// <summary>Creates bindings from <c>&lt;filterbinding&gt;</c> documents; rules are in the kernel on return.</summary>
    public IReadOnlyList<VirshAnswer> Bind(IEnumerable<string> bindings) =>
        OnDocuments("nwfilter-binding-create", bindings);

    public IReadOnlyList<VirshAnswer> Unbind(IEnumerable<string> ports) => Each("nwfilter-binding-delete", ports);

    /// <summary>Runs a tool in the daemon's network and mount namespaces and returns what it printed.</summary>
    /// <exception cref="TestbedException">It failed; the message holds its standard error.</exception>
    public string Run(string tool, params IEnumerable<string> arguments)
    {
        ChildProcess answer = ChildProcess.Run("nsenter", ["--target", $"{_namespaces.Id}", "--net", "--mount", "--", tool, .. arguments]);
        return answer.ExitCode == 0
            ? answer.Output
            : throw new TestbedException($"{tool} {string.Join(' ', arguments)}: {answer.Errors.Trim()}");
    }

    /// <summary>What the daemon logged: the place to look when it refuses something.</summary>
    public string Log() => File.ReadAllText(Inside("/run/libvirtd.log"));

    /// <remarks>Closing virsh's input is what ends the namespace; nothing has to be killed.</remarks>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _virsh.Dispose();
        _namespaces.WaitForExit();
        _namespaces.Dispose();
    }

    private IReadOnlyList<VirshAnswer> OnDocuments(string verb, IEnumerable<string> documents)
    {
        List<string> files = [];
        foreach (string document in documents)
        {
            string file = $"{Documents}/{_documents++}.xml";
            File.WriteAllText(Inside(file), document);
            files.Add(file);
        }

        IReadOnlyList<VirshAnswer> answers = Each(verb, files);
        files.ForEach(file => File.Delete(Inside(file)));
        return answers;
    }

    private IReadOnlyList<VirshAnswer> Each(string verb, IEnumerable<string> operands) =>
        _virsh.Ask([.. operands.Select(operand => $"{verb} '{operand}'")]);

    /// <summary>The name by which this process reaches a file of the namespace's own mounts (proc(5), root).</summary>
    private string Inside(string path) => $"/proc/{_namespaces.Id}/root{path}";

    private static string? Missing(params ReadOnlySpan<string> tools)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];
        foreach (string tool in tools)
        {
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, tool))))
            {
                return tool;
            }
        }

        return null;
    }
}
