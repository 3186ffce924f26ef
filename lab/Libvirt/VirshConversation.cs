using System.Text;
using Lab.Contract.Testbeds;

namespace Lab.Libvirt;

/// <summary>Many commands through one virsh, which reads them from its input as a person would type them.</summary>
/// <remarks>
/// virsh echoes each command behind its prompt, then prints the answer. Errors come on the same stream (2&gt;&amp;1), in
/// order, because virsh flushes its output before it complains. A second command, <c>echo</c> of a word that no document
/// can hold, closes each answer.
/// </remarks>
internal sealed class VirshConversation(TextWriter commands, TextReader answers) : IDisposable
{
    private const string Prompt = "virsh # ";
    private const string Error = "error: ";

    /// <summary>Commands under way at once: what is written ahead must fit the pipe (64 KiB), or both sides would wait.</summary>
    private const int Window = 128;

    private readonly string _end = $"echo end-{Guid.NewGuid():N}";

    public IReadOnlyList<VirshAnswer> Ask(IReadOnlyList<string> asked)
    {
        List<VirshAnswer> all = [];
        foreach (string[] window in asked.Chunk(Window))
        {
            foreach (string command in window)
            {
                commands.Write($"{command}\n{_end}\n");
            }

            commands.Flush();
            all.AddRange(window.Select(ReadAnswer));
        }

        return all;
    }

    public void Dispose()
    {
        commands.Dispose();
        answers.Dispose();
    }

    private VirshAnswer ReadAnswer(string command)
    {
        // The word of the previous 'echo' has no newline of its own and stands before the prompt.
        List<string> before = [.. ReadUntil($"{Prompt}{command}")];
        List<string> errors = [], output = [];
        foreach (string line in ReadUntil($"{Prompt}{_end}"))
        {
            (line.StartsWith(Error, StringComparison.Ordinal) ? errors : output).Add(line);
        }

        return new(string.Join('\n', output).TrimEnd('\n'), errors.Count == 0 ? null : SaidLast(errors));
    }

    /// <summary>virsh says first what failed, then why; the second sentence is libvirt's.</summary>
    private static string SaidLast(List<string> errors) => errors[^1][Error.Length..];

    private IEnumerable<string> ReadUntil(string last)
    {
        var seen = new StringBuilder();
        while (answers.ReadLine() is { } line)
        {
            if (line.EndsWith(last, StringComparison.Ordinal))
            {
                yield break;
            }

            seen.AppendLine(line);
            yield return line;
        }

        throw new TestbedException($"virsh is gone; it said last: {seen.ToString().Trim()}");
    }
}
