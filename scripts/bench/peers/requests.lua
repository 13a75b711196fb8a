-- Sends the requests of a file, one a line: "METHOD path token body", without a body where there is none.
-- arg[1] file, arg[2] first line (from 0), arg[3] lines, arg[4] how often each is sent before the next
-- ("cycle": over and over, in turn).
local requests, sent, times = {}, 0, 1

local function formatted(line)
  local method, path, token, body = line:match("^(%S+) (%S+) (%S+) ?(.*)$")
  local headers = { ["Authorization"] = "Bearer " .. token }
  if body == "" then return wrk.format(method, path, headers) end
  headers["Content-Type"] = "application/json"
  return wrk.format(method, path, headers, body)
end

function init(args)
  local first, count = tonumber(args[2]), tonumber(args[3])
  times = args[4] == "cycle" and 1 or tonumber(args[4])
  local number = 0
  for line in io.lines(args[1]) do
    if number >= first and number < first + count then requests[#requests + 1] = formatted(line) end
    number = number + 1
  end
end

function request()
  local index = math.floor(sent / times)
  sent = sent + 1
  return requests[index % #requests + 1]
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format("RESULT %d %d %d\n", summary.requests, summary.duration, failed))
end
