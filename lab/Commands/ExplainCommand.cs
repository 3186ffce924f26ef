using System.Collections.Immutable;
using System.CommandLine;
using Lab.Commands.Filters;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Programs.Explaining;
using Lab.Contract.Traffic;
using Lab.Explaining;
using Spectre.Console;

namespace Lab.Commands;

/// <summary><c>nwlab explain</c>: what a filter does with packets, by which rule of which line, and what would change that.</summary>
internal static class ExplainCommand
{
    /// <summary>The peer in packets written in words; any address that is not the guest's would do.</summary>
    private static readonly MacAddress Peer = MacAddress.Parse("52:54:00:ff:ff:fe");

    private static readonly Option<string> Filter = new("--filter", "-f") { Description = "name of a defined or built-in filter", Required = true, HelpName = "filter" };
    private static readonly Option<string[]> Files = new("--file") { Description = "filter documents to know as well", HelpName = "xml" };
    private static readonly Option<string> Mac = new("--mac") { Description = "the guest's MAC address", DefaultValueFactory = _ => "52:54:00:00:00:01" };
    private static readonly Option<string[]> Param = new("--param", "-p") { Description = "a variable, NAME=VALUE; again for a list", HelpName = "name=value" };
    private static readonly Option<string[]> Frame = new("--frame") { Description = "a frame as hexadecimal digits", HelpName = "hex" };
    private static readonly Option<string?> Pcap = new("--pcap") { Description = "a capture, pcap or pcapng", HelpName = "file" };
    private static readonly Option<string[]> Packet = new("--packet") { Description = "a packet in words; with 'in:' or 'out:' in front for one that goes the other way", HelpName = "words" };
    private static readonly Option<string?> Direction = new("--direction") { Description = "in (to the guest) or out; otherwise told by the guest's addresses", HelpName = "in|out" };
    private static readonly Option<bool> ToHost = new("--host") { Description = "the other end is the host itself, not another port" };
    private static readonly Option<bool> Everything = new("--all") { Description = "show also the rules that did not match" };

    public static Command Create()
    {
        DocumentedCommand command = new("explain", "Explain what a filter does with packets.",
            "nwlab explain --filter clean-traffic --param IP=10.0.0.5 --packet 'tcp 10.0.0.6:4000 > 10.0.0.1:80 syn'",
            "nwlab explain -f web --file web.xml --packet 'in: tcp 10.0.0.1:4000 > 10.0.0.5:80 syn' --packet 'out: tcp 10.0.0.5:80 > 10.0.0.1:4000 syn ack'",
            "nwlab explain -f clean-traffic -p IP=10.0.0.5 --pcap guest.pcap --json")
        {
            Filter, Files, Mac, Param, Packet, Frame, Pcap, Direction, ToHost, CommonOptions.StrictMeaning, Everything, CommonOptions.Json, CommonOptions.State,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        MacAddress mac = MacAddress.TryParse(line.GetRequiredValue(Mac), out MacAddress given)
            ? given : throw new UserMistakeException($"--mac: '{line.GetRequiredValue(Mac)}' is not a MAC address");
        ParameterSet parameters = Parameters(line.GetValue(Param) ?? []);
        FilterContext context = new(line);
        CompileResult compiled = Compile(line, context, mac, parameters);
        context.Report(compiled.Diagnostics);
        if (compiled.Program is not { } program)
        {
            return ExitCode.BadInput;
        }

        Conversation conversation = new(program, TimeProvider.System);
        ImmutableArray<ExplainedPacket> explained = [.. Packets(line, mac, parameters).Select(conversation.Explain)];
        if (explained.IsEmpty)
        {
            throw new UserMistakeException("nothing to explain: give --packet, --frame or --pcap");
        }

        if (context.Json)
        {
            JsonText.Write(context.Output, json => ExplanationJson.Write(json, explained));
        }
        else
        {
            ExplanationTree tree = new(Terminal(context.Output), line.GetValue(Everything));
            foreach (ExplainedPacket packet in explained)
            {
                tree.Write(packet);
            }
        }

        return ExitCode.Success;
    }

    private static CompileResult Compile(ParseResult line, FilterContext context, MacAddress mac, ParameterSet parameters)
    {
        ImmutableDictionary<string, FilterDefinition> filters = context.Catalog().All;
        foreach (string file in line.GetValue(Files) ?? [])
        {
            filters = context.Read(file) is { } filter
                ? filters.SetItem(filter.Name, filter)
                : throw new UserMistakeException($"--file: '{file}' holds no filter that can be used");
        }

        string name = line.GetRequiredValue(Filter);
        return filters.ContainsKey(name)
            ? ProgramCompiler.Compile(filters, name, mac, parameters, line.GetValue(CommonOptions.StrictMeaning) ? Meaning.Strict : Meaning.Libvirt)
            : throw new UserMistakeException($"--filter: there is no filter named '{name}'");
    }

    private static ParameterSet Parameters(IEnumerable<string> words)
    {
        ParameterSet parameters = ParameterSet.Empty;
        foreach (string word in words)
        {
            string[] parts = word.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0 || !parts[0].All(VariableSyntax.IsNameCharacter) || parts[1].Length == 0)
            {
                throw new UserMistakeException($"--param: '{word}' is not NAME=VALUE");
            }

            parameters = parameters.Append(parts[0], new(parts[1], new SourcePosition($"--param {parts[0]}", 0, 0)));
        }

        return parameters;
    }

    private static IEnumerable<AskedPacket> Packets(ParseResult line, MacAddress mac, ParameterSet parameters)
    {
        bool? outgoing = line.GetValue(Direction) switch
        {
            null => null,
            "out" => true,
            "in" => false,
            string other => throw new UserMistakeException($"--direction: '{other}' is neither 'in' nor 'out'"),
        };
        bool host = line.GetValue(ToHost);
        foreach (string words in line.GetValue(Packet) ?? [])
        {
            (bool? stated, string bare) = words.StartsWith("out:", StringComparison.Ordinal) ? ((bool?)true, words[4..])
                : words.StartsWith("in:", StringComparison.Ordinal) ? (false, words[3..]) : (outgoing, words);
            bool sends = stated ?? GuestSends(bare, parameters);
            if (!PacketWords.TryParse(bare, sends ? mac : Peer, sends ? Peer : mac, out byte[] frame, out string mistake))
            {
                throw new UserMistakeException($"--packet: {mistake}");
            }

            yield return new(words.Trim(), RouteOf(sends, host), frame);
        }

        foreach (string digits in line.GetValue(Frame) ?? [])
        {
            byte[] frame = Hexadecimal(digits);
            yield return new($"frame of {frame.Length} bytes", RouteOf(outgoing ?? IsFrom(frame, mac), host), frame);
        }

        if (line.GetValue(Pcap) is { } capture)
        {
            int number = 0;
            foreach (byte[] frame in ReadCapture(capture))
            {
                yield return new($"{Path.GetFileName(capture)} #{++number}", RouteOf(outgoing ?? IsFrom(frame, mac), host), frame);
            }
        }
    }

    private static IReadOnlyList<byte[]> ReadCapture(string file)
    {
        try
        {
            return CaptureReader.Read(File.ReadAllBytes(file));
        }
        catch (InvalidDataException damaged)
        {
            throw new UserMistakeException($"--pcap: {file}: {damaged.Message}", damaged);
        }
    }

    private static byte[] Hexadecimal(string digits)
    {
        try
        {
            return Convert.FromHexString(string.Concat(digits.Where(c => !char.IsWhiteSpace(c) && c is not ':' and not '-')));
        }
        catch (FormatException wrong)
        {
            throw new UserMistakeException($"--frame: '{digits}' is not an even number of hexadecimal digits", wrong);
        }
    }

    private static bool IsFrom(ReadOnlySpan<byte> frame, MacAddress mac) =>
        !EthernetView.TryRead(frame, out EthernetView ethernet) || ethernet.Source == mac || ethernet.Destination != mac;

    /// <summary>Words say no MAC address, so an address of the guest tells: what is sent to it comes in.</summary>
    private static bool GuestSends(string words, ParameterSet parameters)
    {
        int arrow = words.IndexOf('>', StringComparison.Ordinal);
        string receiver = arrow < 0 ? "" : words[(arrow + 1)..];
        return !parameters.Values.Where(p => p.Key is "IP" or "IPV6").SelectMany(p => p.Value)
            .Any(address => receiver.Contains(address.Text, StringComparison.Ordinal));
    }

    private static Route RouteOf(bool sends, bool host) => (sends, host) switch
    {
        (true, false) => Route.FromGuest,
        (true, true) => Route.FromGuestToHost,
        (false, false) => Route.ToGuest,
        _ => Route.FromHostToGuest,
    };

    /// <remarks>A log takes neither colours nor line breaks at 80 columns.</remarks>
    private static IAnsiConsole Terminal(TextWriter output)
    {
        bool log = Console.IsOutputRedirected || output != Console.Out;
        IAnsiConsole console = AnsiConsole.Create(new() { Ansi = log ? AnsiSupport.No : AnsiSupport.Detect, Out = new AnsiConsoleOutput(output) });
        if (log)
        {
            console.Profile.Width = int.MaxValue;
        }

        return console;
    }
}
