using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lab.Tests.Reports.Html;

/// <summary>A headless Chromium, spoken to in its own DevTools protocol: one page, clicks and keys as a person makes them.</summary>
internal sealed partial class Browser : IAsyncDisposable
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonObject> _events = [];
    private string? _session;
    private int _last;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Why there is none; null when there is one.</summary>
    public static string? WhyNot { get; } = Find() is null ? "no Chromium is installed (Debian package chromium)" : null;

    public static async Task<Browser> StartAsync()
    {
        string profile = Directory.CreateTempSubdirectory("nwlab-browser").FullName;
        ProcessStartInfo start = new(Find()!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
            "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        Browser browser = new(Process.Start(start)!, profile);
        await browser.ConnectAsync();
        return browser;
    }

    /// <summary>Loads the page and returns when it is there, scripts run.</summary>
    public async Task OpenAsync(string address)
    {
        _events.Clear();
        await CallAsync("Page.navigate", new() { ["url"] = "about:blank" }); // an address that differs in its fragment alone loads nothing
        await EventAsync("Page.loadEventFired");
        _events.Clear();
        await CallAsync("Page.navigate", new() { ["url"] = address });
        await EventAsync("Page.loadEventFired");
    }

    public Task ResizeAsync(int width, int height) => CallAsync("Emulation.setDeviceMetricsOverride", new()
    {
        ["width"] = width,
        ["height"] = height,
        ["deviceScaleFactor"] = 1,
        ["mobile"] = width < 600,
    });

    public Task PreferAsync(string colourScheme) => CallAsync("Emulation.setEmulatedMedia", new()
    {
        ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = colourScheme }),
    });

    /// <summary>The value of an expression of the page.</summary>
    public async Task<T> EvaluateAsync<T>(string script)
    {
        JsonObject answer = await CallAsync("Runtime.evaluate", new()
        {
            ["expression"] = script,
            ["returnByValue"] = true,
            ["awaitPromise"] = true,
        });
        answer.ContainsKey("exceptionDetails").Should().BeFalse(answer.ToJsonString());
        return answer["result"]!["value"]!.Deserialize<T>()!;
    }

    /// <summary>Returns at the first of the next 600 frames that finds the condition met: the page reacts to events in its own time.</summary>
    public async Task UntilAsync(string condition)
    {
        bool met = await EvaluateAsync<bool>($$"""
            new Promise(resolve => {
              let frames = 0;
              const look = () => ({{condition}}) ? resolve(true) : ++frames > 600 ? resolve(false) : requestAnimationFrame(look);
              look();
            })
            """);
        met.Should().BeTrue($"sooner or later {condition}");
    }

    /// <summary>Presses and releases a key: a letter, or a name as DevTools has it, such as <c>Tab</c>.</summary>
    public async Task PressAsync(string key)
    {
        int code = key switch { "Tab" => 9, "Enter" => 13, "Escape" => 27, _ => key[0] };
        JsonObject down = new() { ["type"] = "rawKeyDown", ["key"] = key, ["windowsVirtualKeyCode"] = code };
        if (key == "Enter" || key.Length == 1)
        {
            (down["type"], down["text"]) = ("keyDown", key == "Enter" ? "\r" : key);
        }

        await CallAsync("Input.dispatchKeyEvent", down);
        await CallAsync("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = key, ["windowsVirtualKeyCode"] = code });
    }

    public Task TypeAsync(string text) => CallAsync("Input.insertText", new() { ["text"] = text });

    /// <summary>The addresses asked for since the page was opened.</summary>
    public IEnumerable<string> Requests => _events.Where(told => told["method"]!.GetValue<string>() == "Network.requestWillBeSent")
        .Select(told => told["params"]!["request"]!["url"]!.GetValue<string>());

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private static string? Find() => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .SelectMany(folder => Programs.Select(program => Path.Combine(folder, program))).FirstOrDefault(File.Exists);

    private async Task ConnectAsync()
    {
        string? address = null;
        while (address is null && await _process.StandardError.ReadLineAsync() is { } line)
        {
            address = Listening().Match(line) is { Success: true } match ? match.Groups[1].Value : null;
        }

        await _socket.ConnectAsync(new Uri(address ?? throw new IOException("the browser ended")), CancellationToken.None);
        JsonObject target = await CallAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        JsonObject attached = await CallAsync("Target.attachToTarget", new()
        {
            ["targetId"] = target["targetId"]!.GetValue<string>(),
            ["flatten"] = true,
        });
        _session = attached["sessionId"]!.GetValue<string>();
        await CallAsync("Page.enable", []);
        await CallAsync("Network.enable", []);
    }

    private async Task<JsonObject> CallAsync(string method, JsonObject parameters)
    {
        int id = ++_last;
        JsonObject call = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            call["sessionId"] = _session;
        }

        await _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        while (true)
        {
            JsonObject told = await ReceiveAsync();
            if (told["id"]?.GetValue<int>() == id)
            {
                return told["result"]?.AsObject() ?? throw new InvalidOperationException($"{method}: {told.ToJsonString()}");
            }

            _events.Add(told);
        }
    }

    private async Task EventAsync(string method)
    {
        while (!_events.Any(told => told["method"]?.GetValue<string>() == method))
        {
            _events.Add(await ReceiveAsync());
        }
    }

    private async Task<JsonObject> ReceiveAsync()
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult piece;
        do
        {
            piece = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, piece.Count);
        }
        while (!piece.EndOfMessage);

        return JsonNode.Parse(message.ToArray())!.AsObject();
    }

    [GeneratedRegex("DevTools listening on (ws://.*)")]
    private static partial Regex Listening();
}

/// <summary>A test that looks at the report in a browser; skipped with the reason where there is none.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.WhyNot;
}

/// <inheritdoc cref="BrowserFactAttribute"/>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Browser.WhyNot;
}
