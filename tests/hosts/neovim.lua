-- Drives one language server from Neovim without a screen: opens $FILE, waits
-- for diagnostics, applies the quick fix titled $FIX, waits for new ones, and
-- prints all of it as JSON to $RESULT.
--
-- Ends with 3 if the server publishes nothing.

vim.o.swapfile = false
vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.FILE))
local buffer = vim.api.nvim_get_current_buf()

local published = 0
local publish = vim.lsp.handlers['textDocument/publishDiagnostics']
vim.lsp.handlers['textDocument/publishDiagnostics'] = function(...)
  published = published + 1
  return publish(...)
end

local client_id = vim.lsp.start_client({
  name = 'corolint',
  cmd = { vim.env.SERVER, '--log=error' },
  root_dir = vim.fn.getcwd(),
})
vim.lsp.buf_attach_client(buffer, client_id)
local client = vim.lsp.get_client_by_id(client_id)

-- Waits for the server to publish, which it does once for each change.
local function wait_for_publication(count)
  if not vim.wait(120000, function() return published >= count end, 20) then
    vim.cmd('cquit 3')
  end
end

local function findings()
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, {
      line = diagnostic.lnum + 1,
      column = diagnostic.col + 1,
      message = diagnostic.message,
      check = diagnostic.code or diagnostic.user_data.lsp.code,
      notes = diagnostic.user_data.lsp.relatedInformation or {},
    })
  end
  return found
end

local function actions()
  local lines = vim.api.nvim_buf_line_count(buffer)
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = {
      start = { line = 0, character = 0 },
      ['end'] = { line = lines, character = 0 },
    },
    context = { diagnostics = vim.tbl_map(
      function(diagnostic)
        return {
          range = {
            start = { line = diagnostic.lnum, character = diagnostic.col },
            ['end'] = { line = diagnostic.end_lnum, character = diagnostic.end_col },
          },
          message = diagnostic.message,
          severity = diagnostic.severity,
          source = diagnostic.source,
          code = diagnostic.code,
        }
      end, vim.diagnostic.get(buffer)) },
  }, 60000)
  return answers[client_id].result or {}
end

wait_for_publication(1)
local result = { before = findings(), titles = {} }
local changed = false
for _, action in ipairs(actions()) do
  table.insert(result.titles, action.title)
  if not changed and vim.env.FIX and action.title:lower() == vim.env.FIX then
    changed = true
    local edit = action.edit or action.arguments[1]
    vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
  end
end
if changed then
  wait_for_publication(2)
  result.after = findings()
  result.text = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

vim.fn.writefile({ vim.fn.json_encode(result) }, vim.env.RESULT)
vim.lsp.stop_client(client_id)
vim.wait(10000, function() return vim.lsp.client_is_stopped(client_id) end)
vim.cmd('qa!')
